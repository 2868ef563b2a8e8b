import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Digest } from '@codeforge/contracts/blob'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import { pathOf } from './artifact-path.ts'
import { removeLeftovers, writeArtifact } from './write-artifact.ts'

/** Opens a directory as an artifact store, and clears away what crashed writers left in it. */
export async function openFileStore(directory: string): Promise<ArtifactStore & AsyncDisposable> {
  try {
    await mkdir(join(directory, 'incoming'), { recursive: true, mode: 0o700 })
    await removeLeftovers(directory)
  } catch (cause) {
    throw new CodeForgeError('invalid-config', `The directory of artifacts cannot be used: ${(cause as Error).message}`, { cause })
  }
  return {
    put: (bytes, mediaType, signal) => writeArtifact(directory, bytes, mediaType, signal),
    get: (digest, signal) => read(directory, digest, signal),
    stream: (digest, signal) => stream(directory, digest, signal),
    has: async (digest) => (await infoOf(pathOf(directory, digest))) !== null,
    delete: (digest) => rm(pathOf(directory, digest), { force: true }),
    list: () => list(directory),
    [Symbol.asyncDispose]: async () => {},
  }
}

async function read(directory: string, digest: Digest, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted()
  const bytes = await readFile(pathOf(directory, digest), { signal }).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : readError(error, digest)
  })
  if (createHash('sha256').update(bytes).digest('hex') !== digest) throw corrupt(digest)
  return bytes
}

async function* stream(directory: string, digest: Digest, signal: AbortSignal): AsyncIterable<Uint8Array> {
  signal.throwIfAborted()
  const hash = createHash('sha256')
  try {
    for await (const bytes of createReadStream(pathOf(directory, digest), { signal }) as AsyncIterable<Uint8Array>) {
      hash.update(bytes)
      yield bytes
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : readError(error, digest)
  }
  if (hash.digest('hex') !== digest) throw corrupt(digest)
}

async function* list(directory: string): AsyncIterable<{ digest: Digest; size: number; storedAt: Date }> {
  for (const shard of (await readdir(directory)).filter((name) => /^[0-9a-f]{2}$/.test(name)).sort()) {
    for (const name of (await readdir(join(directory, shard))).sort()) {
      const digest = Digest.safeParse(name)
      const info = digest.success ? await infoOf(join(directory, shard, name)) : null
      if (digest.success && info) yield { digest: digest.data, size: info.size, storedAt: info.mtime }
    }
  }
}

/** Null where there is no such file. */
async function infoOf(path: string): Promise<{ size: number; mtime: Date } | null> {
  try {
    return await stat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function readError(error: unknown, digest: Digest): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return new CodeForgeError('not-found', `There is no artifact ${digest}.`)
  // A disk that cannot read back what it took has corrupted it.
  return code === 'EIO' ? corrupt(digest, error) : error
}

function corrupt(digest: Digest, cause?: unknown): CodeForgeError {
  return new CodeForgeError('artifact-corrupt', `The artifact ${digest} is not what was stored.`, { cause, details: { digest } })
}
