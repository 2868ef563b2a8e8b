import { constants } from 'node:fs'
import { lstat, mkdir, open, readlink, type FileHandle } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { PathRefused, relativeParts } from './relative-path.ts'

const mostLinks = 40
const openDirectory = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/**
 * The folder that holds a path's last part, held open: on Linux nobody can swap it, or one above it, for a link meanwhile.
 * Elsewhere paths are looked at first and used then, so that whoever swaps one in between is followed.
 */
export interface Held extends AsyncDisposable {
  /** Path to use for the last part, through the held folder. The part itself may be swapped: it must not be followed. */
  readonly path: string
  /** Relative to the workspace, after all links. Empty for the workspace itself. */
  readonly parts: readonly string[]
}

/** Walks to a path folder by folder, following links only where they stay inside the workspace. */
export async function walkTo(root: string, path: string, options: { readonly create: boolean }): Promise<Held> {
  let parts = relativeParts(root, path)
  for (let links = 0; links <= mostLinks; links += 1) {
    const step = await descend(root, parts, options)
    if ('held' in step) return step.held
    parts = relativeParts(root, linkTarget(root, parts, step))
  }
  throw new PathRefused(`'${path}' goes through too many links.`)
}

interface LinkMet {
  /** Place of the link among the parts. */
  readonly index: number
  readonly target: string
}

async function descend(root: string, parts: readonly string[], options: { readonly create: boolean }): Promise<{ held: Held } | LinkMet> {
  let folder = await open(root, openDirectory)
  try {
    for (const [index, part] of parts.entries()) {
      const child = join(handlePath(folder, root, parts, index), part)
      const target = await linkAt(child)
      if (target !== null) {
        await folder.close()
        return { index, target }
      }
      if (index === parts.length - 1) return { held: held(folder, child, parts) }
      const next = await openChild(child, options)
      await folder.close()
      folder = next
    }
    return { held: held(folder, handlePath(folder, root, parts, 0), []) }
  } catch (error) {
    await folder.close().catch(() => undefined)
    throw error
  }
}

function held(folder: FileHandle, path: string, parts: readonly string[]): Held {
  return { path, parts, [Symbol.asyncDispose]: () => folder.close() }
}

async function openChild(child: string, { create }: { readonly create: boolean }): Promise<FileHandle> {
  try {
    return await open(child, openDirectory)
  } catch (error) {
    if (!create || codeOf(error) !== 'ENOENT') throw error
    await mkdir(child).catch((made: unknown) => {
      if (codeOf(made) !== 'EEXIST') throw made
    })
    return open(child, openDirectory)
  }
}

/** The folder at a held path, opened itself: what it lists is inside the workspace. */
export async function openHeldFolder({ path, parts }: Held): Promise<AsyncDisposable & { readonly path: string }> {
  if (parts.length === 0) return { path, [Symbol.asyncDispose]: async () => {} } // the workspace's own folder is what is held
  const folder = await open(path, openDirectory)
  return { path: process.platform === 'linux' ? `/proc/self/fd/${folder.fd}` : path, [Symbol.asyncDispose]: () => folder.close() }
}

/** On Linux a path through the open folder; elsewhere the plain path, where a link swapped in meanwhile would be followed. */
function handlePath(folder: FileHandle, root: string, parts: readonly string[], index: number): string {
  return process.platform === 'linux' ? `/proc/self/fd/${folder.fd}` : join(root, ...parts.slice(0, index))
}

async function linkAt(path: string): Promise<string | null> {
  const status = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (!status?.isSymbolicLink()) return null
  return readlink(path).catch((error: unknown) => {
    if (codeOf(error) === 'EINVAL' || codeOf(error) === 'ENOENT') return null // swapped meanwhile: whoever opens it sees what it is now
    throw error
  })
}

/** Where the whole path leads once the link is put in; leaving the workspace is refused by `relativeParts`. */
function linkTarget(root: string, parts: readonly string[], { index, target }: LinkMet): string {
  const rest = parts.slice(index + 1)
  if (target.startsWith('/')) return posix.join(target, ...rest)
  const path = posix.join(...parts.slice(0, index), target, ...rest)
  return path.startsWith('..') ? posix.join(root, path) : path
}

/** The system's error code of a thrown value. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
