import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type BlobRef, Digest } from '@codeforge/contracts/blob'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { pathOf } from './artifact-path.ts'
import { Preview } from './preview.ts'

/** Age in milliseconds from which an unfinished file belongs to a writer that died: a living one writes all the time. */
const leftoverAge = 3_600_000

/**
 * Writes to a file of its own, makes it durable, then renames it into place. It does so even where the artifact is there
 * already: that is the same bytes, and heals a file that has gone bad.
 */
export async function writeArtifact(directory: string, bytes: Uint8Array | AsyncIterable<Uint8Array>, mediaType: string, signal: AbortSignal): Promise<BlobRef> {
  signal.throwIfAborted()
  const incoming = join(directory, 'incoming', randomUUID())
  try {
    const { digest, size, preview } = await writeDurably(incoming, bytes instanceof Uint8Array ? [bytes] : bytes, new Preview(mediaType), signal)
    await moveInto(directory, incoming, digest)
    return { kind: 'blob', digest, size, mediaType, preview }
  } catch (error) {
    await rm(incoming, { force: true }).catch(() => {}) // the first error is the one to tell; the sweep removes the file
    throw writeError(error)
  }
}

/** Removes files of writers that died. */
export async function removeLeftovers(directory: string): Promise<void> {
  const incoming = join(directory, 'incoming')
  for (const name of await readdir(incoming)) {
    const info = await stat(join(incoming, name)).catch(() => null) // another process may have removed it
    if (info && Date.now() - info.mtimeMs > leftoverAge) await rm(join(incoming, name), { force: true })
  }
}

interface Written {
  readonly digest: Digest
  readonly size: number
  readonly preview: string
}

async function writeDurably(path: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, preview: Preview, signal: AbortSignal): Promise<Written> {
  const handle = await open(path, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    let size = 0
    for await (const piece of pieces) {
      signal.throwIfAborted()
      await writeAll(handle, piece)
      hash.update(piece)
      preview.add(piece)
      size += piece.byteLength
    }
    signal.throwIfAborted()
    await handle.sync()
    return { digest: Digest.parse(hash.digest('hex')), size, preview: preview.text() }
  } finally {
    await handle.close()
  }
}

/** A write may take fewer bytes than it was given. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) done += (await handle.write(bytes, done)).bytesWritten
}

async function moveInto(directory: string, incoming: string, digest: Digest): Promise<void> {
  const target = pathOf(directory, digest)
  const shard = dirname(target)
  const made = await mkdir(shard, { recursive: true, mode: 0o700 })
  await rename(incoming, target)
  await syncDirectory(shard)
  if (made !== undefined) await syncDirectory(directory)
}

/** An error of the file system as an error that a user can act on. */
export function writeError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') return new CodeForgeError('disk-full', 'There is no space left for artifacts.', { cause: error })
  if (code === 'EROFS' || code === 'EACCES') return new CodeForgeError('unavailable', 'The directory of artifacts cannot be written.', { cause: error })
  return error
}

/** Makes a directory entry durable. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
