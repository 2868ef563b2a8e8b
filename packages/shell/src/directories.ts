import type { ShellState } from './state.ts'
import type { Word } from './words.ts'

// Without empty segments and without one that begins with a dot there is nothing to resolve.
const plain = /^[^./][^/]*(?:\/[^./][^/]*)*$/

/** A path seen from a directory, resolved by text alone. */
export function joinPath(directory: string, path: string): string {
  if (path.startsWith('/') || path.startsWith('~') || (directory === '.' && plain.test(path))) return path
  const segments: string[] = []
  const whole = directory === '.' ? path : `${directory}/${path}`
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
  if (directories === null || path === undefined || path === null || (target?.glob === true && target.expanded !== true) || target?.more !== undefined || path === '-' || path.startsWith('~')) return null
  // Where a wildcard stands for any number of folders, going up leads to places that nobody knows.
  if (path.split('/').includes('..') && [path, ...directories].some((part) => part.includes('**'))) return null
  return directories.map((directory) => joinPath(directory, path))
}
