import type { ShellState } from './state.ts'
import type { Word } from './words.ts'

// Without empty segments and without one that begins with a dot there is nothing to resolve.
const plain = /^[^./][^/]*(?:\/[^./][^/]*)*$/

// Paths that a variable may carry to another folder begin with one of these signs, which no file system has: where the text started, and the top of its repository.
const start = '/\ue000'
const top = '/\ue001'

/** A path that means the same wherever it is looked at: one seen from the folder in which the text starts. */
export function fromStart(path: string): string {
  return path.startsWith('/') || path.startsWith('~') ? path : `${start}/${path}`
}

/** The top of the repository in which the text starts, which is that of the workspace. */
export const topOfRepository = top

/** Whether a path means the same wherever it is looked at, though it is written as seen from the workspace. */
export function isAnchored(path: string): boolean {
  return path.startsWith(start) || path.startsWith(top)
}

/** What such a path is from where the text starts. What climbs out of a repository leads to places that nobody knows. */
function released(path: string): string {
  const relative = joinPath('.', path.slice(start.length).replace(/^\/+/, '') || '.')
  return path.startsWith(top) && /^\.\.(\/|$)/.test(relative) ? '/' : relative
}

/** A path seen from a directory, resolved by text alone. */
export function joinPath(directory: string, path: string): string {
  if (path.startsWith('/')) return isAnchored(path) ? released(path) : path
  return path.startsWith('~') || (directory === '.' && plain.test(path)) ? path : resolved(directory === '.' ? path : `${directory}/${path}`)
}

function resolved(whole: string): string {
  const segments: string[] = []
  for (const segment of whole.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop()
    else segments.push(segment)
  }
  return (whole.startsWith('/') ? '/' : '') + (segments.join('/') || (whole.startsWith('/') ? '' : '.'))
}

/** The directories after moving to a target from each of those possible. */
export function moved(directories: ShellState['directories'], target: Word | undefined): ShellState['directories'] {
  const path = target?.value
  if (target === undefined || path === undefined || path === null || (target.glob && !target.expanded) || target.more !== null) return null
  if (isAnchored(path)) return [joinPath('.', path)]
  if (directories === null || path === '-' || path.startsWith('~')) return null
  // Where a wildcard stands for any number of folders, going up leads to places that nobody knows.
  if (path.split('/').includes('..') && [path, ...directories].some((part) => part.includes('**'))) return null
  return directories.map((directory) => joinPath(directory, path))
}
