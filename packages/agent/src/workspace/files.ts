import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PathRefused } from './relative-path.ts'
import { codeOf, openHeldFolder, walkTo } from './walk-path.ts'

/** Bytes of a file that a tool reads or writes whole. */
export const largestFile = 4 * 1024 * 1024

export interface FolderEntry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
}

/** Files below a workspace's root, and none besides: what tools read and write. */
export interface WorkspaceFiles {
  readonly root: string
  read(path: string): Promise<Uint8Array>
  /** Reads text; refuses what is binary or not UTF-8. */
  readText(path: string): Promise<string>
  /** Where a path leads after all links, relative to the root; null where it leads nowhere or outside. */
  resolve(path: string): Promise<string | null>
  /** Null where there is nothing. */
  kind(path: string): Promise<FolderEntry['kind'] | null>
  /** Replaces or makes a file in one step, keeping its mode; makes folders on the way. Returns where it is after all links, relative to the root. */
  write(path: string, content: string): Promise<string>
  /** Returns where it was. */
  remove(path: string): Promise<string>
  list(path: string): Promise<readonly FolderEntry[]>
}

/** Opens the files of a workspace. */
export async function openFiles(directory: string): Promise<WorkspaceFiles> {
  const root = await realpath(directory)
  const files: WorkspaceFiles = {
    root,
    read: (path) => explained(path, () => readBytes(root, path)),
    readText: async (path) => decode(path, await files.read(path)),
    resolve: (path) => resolvePath(root, path),
    kind: (path) => kindOf(root, path),
    write: (path, content) => explained(path, () => writeWhole(root, path, content)),
    remove: (path) => explained(path, () => removeFile(root, path)),
    list: (path) => explained(path, () => listFolder(root, path)),
  }
  return files
}

async function readBytes(root: string, path: string): Promise<Uint8Array> {
  await using place = await walkTo(root, path, { create: false })
  if (place.parts.length === 0) throw new PathRefused(`'${path}' is a folder.`)
  // Without O_NONBLOCK a named pipe would hang the run.
  const file = await open(place.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const status = await file.stat()
    if (status.isDirectory()) throw new PathRefused(`'${path}' is a folder.`)
    if (!status.isFile()) throw new PathRefused(`'${path}' is not a regular file.`)
    if (status.size > largestFile) throw tooLarge(path, status.size)
    return await readAtMost(file, path)
  } finally {
    await file.close()
  }
}

function tooLarge(path: string, size: number): PathRefused {
  return new PathRefused(`'${path}' has ${size} bytes, more than the ${largestFile} that a tool reads. Use search_files, or the shell with head or sed.`)
}

/** A file may grow while it is read. */
async function readAtMost(file: FileHandle, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of file.createReadStream({ autoClose: false, end: largestFile }) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    size += chunk.length
  }
  if (size > largestFile) throw tooLarge(path, size)
  return Buffer.concat(chunks)
}

async function writeWhole(root: string, path: string, content: string): Promise<string> {
  if (Buffer.byteLength(content) > largestFile) throw new PathRefused(`More than ${largestFile} bytes are not written at once.`)
  await using place = await walkTo(root, path, { create: true })
  if (place.parts.length === 0) throw new PathRefused('The workspace itself is not a file.')
  const mode = await modeOf(place.path, path)
  const temporary = join(dirname(place.path), `.codeforge-${randomUUID()}`)
  const file = await open(temporary, 'wx', mode)
  try {
    await file.chmod(mode)
    await file.writeFile(content)
    await file.close()
    await rename(temporary, place.path)
    return place.parts.join('/')
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw error
  }
}

async function modeOf(held: string, path: string): Promise<number> {
  const status = await lstat(held).catch(() => null)
  if (!status) return 0o644
  if (!status.isFile()) throw new PathRefused(`'${path}' exists and is not a regular file.`)
  return status.mode & 0o777
}

async function removeFile(root: string, path: string): Promise<string> {
  await using place = await walkTo(root, path, { create: false })
  await modeOf(place.path, path)
  await rm(place.path)
  return place.parts.join('/')
}

async function listFolder(root: string, path: string): Promise<readonly FolderEntry[]> {
  await using place = await walkTo(root, path, { create: false })
  await using folder = await openHeldFolder(place)
  const entries = await readdir(folder.path, { withFileTypes: true })
  return entries
    .filter((entry) => place.parts.length > 0 || entry.name !== '.git')
    .map((entry) => ({ name: entry.name, kind: kind(entry) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

async function resolvePath(root: string, path: string): Promise<string | null> {
  try {
    await using place = await walkTo(root, path, { create: false })
    return place.parts.join('/') || '.'
  } catch {
    return null // the tool itself says what is wrong with it
  }
}

async function kindOf(root: string, path: string): Promise<FolderEntry['kind'] | null> {
  try {
    await using place = await walkTo(root, path, { create: false })
    return place.parts.length === 0 ? 'folder' : kind(await lstat(place.path))
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
    throw error
  }
}

function kind(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): FolderEntry['kind'] {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'folder'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

function decode(path: string, bytes: Uint8Array): string {
  if (bytes.subarray(0, 8192).includes(0)) throw new PathRefused(`'${path}' is a binary file (${bytes.length} bytes).`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new PathRefused(`'${path}' is not UTF-8 text.`)
  }
}

const explanations: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'goes through something that is not a folder',
  EISDIR: 'is a folder',
  ELOOP: 'was swapped for a link meanwhile',
  EACCES: 'may not be accessed',
  EROFS: 'lies on a read-only file system',
  ENAMETOOLONG: 'is too long a name',
  ENXIO: 'is not a regular file',
}

/** Turns the system's refusals into sentences; a full disk and faults pass as they are. */
async function explained<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action()
  } catch (error) {
    const what = explanations[codeOf(error)]
    throw what ? new PathRefused(`'${path}' ${what}.`) : error
  }
}
