import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { CodeForgeError } from '@codeforge/contracts/error-code'

/** Characters of what git complains about that are kept. */
export const stderrLimit = 64 * 1024
/** git removes its lock files when it is asked to end; after so many milliseconds it is killed. */
export const graceMs = 1000

/** A missing program and a missing directory look the same to spawn. */
export async function explainSpawnFailure(error: Error, gitPath: string, directory: string | undefined): Promise<CodeForgeError> {
  const directoryExists = directory === undefined || (await stat(directory).then(() => true, () => false))
  if (!directoryExists) return new CodeForgeError('workspace-failed', `The directory ${directory} is gone.`, { cause: error })
  return new CodeForgeError('git-failed', `git could not be started as '${gitPath}': ${error.message}. Install git 2.30 or newer.`, { cause: error })
}

/** Signals a process group; one that has ended is left alone. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // it ended meanwhile
  }
}

/** Reads a stream to its end; more than the limit is refused with `payload-too-large`. */
export async function collect(stream: Readable, limit: number, stop: () => void): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('error', () => {})
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > limit) {
      stop()
      throw new CodeForgeError('payload-too-large', `git printed more than ${limit} bytes.`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
