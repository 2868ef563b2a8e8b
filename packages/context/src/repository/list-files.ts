import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { languageOfPath } from '../extract/languages.ts'
import { kindOfPath } from './file-kind.ts'
import type { GitLister } from './git-lister.ts'
import type { SourceFile } from './source-file.ts'
import { walkFolders } from './walk-folders.ts'

/** The files of a tree, and what was left out of it. */
export interface Listing {
  /** Where the tree really is. */
  readonly root: string
  /** Ordered by path. */
  readonly files: readonly SourceFile[]
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
}

export interface ListingOptions {
  /** Paths that were there the last time: they are looked at while git works. */
  readonly expected?: () => Iterable<string>
  /** Told how many paths there are, before all of them were looked at. */
  readonly onListed?: (paths: number) => void
}

const batch = 2000

/**
 * Lists tracked files and untracked ones that git would not ignore; where git knows no repository, whatever no
 * `.gitignore` names. Never follows a symbolic link, never runs what the repository's configuration names.
 * Throws `repository-not-found` where the root is no directory.
 */
export async function listFiles(
  given: string,
  lister: GitLister,
  signal: AbortSignal,
  { expected, onListed }: ListingOptions = {},
): Promise<Listing> {
  const root = realRoot(given)
  const listing = lister.list(root, signal)
  listing.catch(() => undefined) // met below
  const look = createLook(root, signal)
  const ahead = expected === undefined ? new Map<string, Found>() : await look(expected())
  const listed = await listing
  const unique = inOrder(listed === null ? [...walkFolders(root)] : splitNames(listed))
  onListed?.(unique.length)
  const found = await look(unique, ahead)
  const files: SourceFile[] = []
  const skipped: { path: string; reason: string }[] = []
  for (const [path, one] of found)
    if (typeof one === 'string') skipped.push({ path, reason: one })
    else if (one !== null) files.push(one)
  return { root, files, skipped }
}

/** Looks at paths in turn, letting others work between; what was looked at before is taken from there. */
function createLook(root: string, signal: AbortSignal) {
  const folders = new Map<string, boolean>([['', true]])
  return async (paths: Iterable<string>, before?: ReadonlyMap<string, Found>): Promise<Map<string, Found>> => {
    const found = new Map<string, Found>()
    let looks = 0
    for (const path of paths) {
      const known = before?.get(path)
      if (known === undefined && (looks += 1) % batch === 0) {
        await nextTurn()
        signal.throwIfAborted()
      }
      found.set(path, known ?? lookAt(root, path, folders))
    }
    return found
  }
}

/** Each path once, ordered by code units, as git gives them already where nothing is untracked or in conflict. */
function inOrder(paths: readonly string[]): readonly string[] {
  const ordered = paths.every((path, at) => at === 0 || (paths[at - 1] ?? '') < path)
  return ordered ? paths : [...new Set(paths)].sort()
}

/** The directory that a path leads to, with files in it. Throws `repository-not-found`, with what to do. */
export function realRoot(given: string): string {
  try {
    const root = realpathSync(given)
    if (lstatSync(root).isDirectory()) {
      if (!isBare(root)) return root
      throw new CodeForgeError(
        'repository-not-found',
        `${given} is a repository without files. Check some out: git -C ${given} worktree add DIR`,
      )
    }
  } catch (error) {
    if (error instanceof CodeForgeError) throw error
    // told below
  }
  throw new CodeForgeError('repository-not-found', `There is no directory ${given}. Name one that holds a repository.`)
}

/** Whether a folder is what elsewhere is called `.git`. */
function isBare(root: string): boolean {
  const is = (name: string) => lstatSync(`${root}/${name}`, { throwIfNoEntry: false })
  return (
    is('HEAD')?.isFile() === true && is('objects')?.isDirectory() === true && is('refs')?.isDirectory() === true && is('.git') === undefined
  )
}

function splitNames(listed: Buffer): string[] {
  return listed
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '' && !path.endsWith('/'))
}

/** The file, or why it is left out, or null where there is nothing. */
type Found = SourceFile | string | null

function lookAt(root: string, path: string, folders: Map<string, boolean>): Found {
  if (path.includes('\uFFFD')) return 'Its name is not valid UTF-8.'
  if (path.startsWith('/') || path.split('/').includes('..')) return 'Its path leaves the repository.'
  if (!isInside(root, path, folders)) return 'A folder on its way is a symbolic link.'
  const stats = lstatSync(`${root}/${path}`, { throwIfNoEntry: false })
  if (stats === undefined) return null
  if (stats.isSymbolicLink()) return 'It is a symbolic link.'
  if (stats.isDirectory()) return 'It is a repository of its own (a submodule).'
  if (!stats.isFile()) return null
  return sourceFile(path, stats)
}

function sourceFile(path: string, stats: Stats): SourceFile {
  const language = languageOfPath(path)
  return {
    path,
    size: stats.size,
    language,
    kind: kindOfPath(path, language),
    modified: stats.mtimeMs,
    changed: stats.ctimeMs,
    inode: stats.ino,
  }
}

/** Whether each folder on the way is one, and no link to elsewhere. */
function isInside(root: string, path: string, folders: Map<string, boolean>): boolean {
  const slash = path.lastIndexOf('/')
  const folder = slash < 0 ? '' : path.slice(0, slash)
  const known = folders.get(folder)
  if (known !== undefined) return known
  const inside = isInside(root, folder, folders) && (lstatSync(`${root}/${folder}`, { throwIfNoEntry: false })?.isDirectory() ?? false)
  folders.set(folder, inside)
  return inside
}
