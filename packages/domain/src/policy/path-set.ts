import picomatch from 'picomatch'
import type { Matches } from './globs.ts'
import { foldPath } from './paths.ts'

/** A list of globs over paths, sorted by what they look at, so that most paths are told apart without an expression. */
interface Sorted {
  // Last segments, as in **/name.
  readonly lastNames: Set<string>
  // Segments anywhere, as in **/name and what is below it.
  readonly anyNames: Set<string>
  // Beginnings and ends of last segments, as in name* and *.end.
  readonly lastStarts: string[]
  readonly lastEnds: string[]
  // Beginnings of segments anywhere.
  readonly anyStarts: string[]
  // Whole paths, and folders with all that is below them.
  readonly exact: Set<string>
  readonly folders: string[]
  readonly others: Matches[]
}

const literal = /^[^*?[\]{}()!@+|\\]+$/

/** Whether a path is in a list of globs; `!` takes paths out again. Placed paths only; letter case and twins are ignored. */
export function pathMatcher(globs: readonly string[]): Matches {
  const wanted = anyOf(globs.filter((glob) => !glob.startsWith('!')))
  const taken = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1))
  if (taken.length === 0) return (path) => wanted(foldPath(path))
  const excepted = anyOf(taken)
  return (path) => {
    const folded = foldPath(path)
    return wanted(folded) && !excepted(folded)
  }
}

function anyOf(globs: readonly string[]): Matches {
  const sorted: Sorted = { lastNames: new Set(), anyNames: new Set(), lastStarts: [], lastEnds: [], anyStarts: [], exact: new Set(), folders: [], others: [] }
  for (const glob of globs) sortIn(sorted, glob.toLowerCase())
  const [only] = sorted.folders
  if (globs.length === 1 && only !== undefined) return (path) => inFolder(path, only)
  const [suffix] = sorted.lastEnds
  if (globs.length === 1 && suffix !== undefined) return (path) => endsLast(path, suffix)
  return (path) => sorted.exact.has(path) || sorted.folders.some((folder) => inFolder(path, folder))
    || byLast(sorted, path) || byAny(sorted, path) || sorted.others.some((matches) => matches(path))
}

function sortIn(sorted: Sorted, glob: string): void {
  const name = /^\*\*\/([^/]+)(\/\*\*)?$/.exec(glob)
  const folder = /^(.+)\/\*\*$/.exec(glob)?.[1]
  if (name?.[1] !== undefined && sortName(sorted, name[1], name[2] !== undefined)) return
  if (literal.test(glob)) sorted.exact.add(glob)
  else if (folder !== undefined && literal.test(folder)) sorted.folders.push(folder)
  else sorted.others.push(picomatch(glob, { dot: true }))
}

/** Sorts in a glob that looks at one segment; false where an expression is needed. */
function sortName(sorted: Sorted, name: string, anywhere: boolean): boolean {
  if (literal.test(name)) (anywhere ? sorted.anyNames : sorted.lastNames).add(name)
  else if (name.endsWith('*') && literal.test(name.slice(0, -1))) (anywhere ? sorted.anyStarts : sorted.lastStarts).push(name.slice(0, -1))
  else if (!anywhere && name.startsWith('*') && literal.test(name.slice(1))) sorted.lastEnds.push(name.slice(1))
  else return false
  return true
}

function inFolder(path: string, folder: string): boolean {
  return path.startsWith(folder) && (path.length === folder.length || path.charCodeAt(folder.length) === 47)
}

/** A star stands for at least one character, as picomatch has it. */
function endsLast(path: string, end: string): boolean {
  return path.endsWith(end) && path.length - path.lastIndexOf('/') - 1 > end.length
}

function byLast({ lastNames, lastStarts, lastEnds }: Sorted, path: string): boolean {
  const last = path.slice(path.lastIndexOf('/') + 1)
  return lastNames.has(last) || lastStarts.some((start) => last.startsWith(start)) || lastEnds.some((end) => last.length > end.length && last.endsWith(end))
}

function byAny({ anyNames, anyStarts }: Sorted, path: string): boolean {
  if (anyNames.size === 0 && anyStarts.length === 0) return false
  for (let from = 0; ;) {
    const slash = path.indexOf('/', from)
    const segment = slash === -1 ? path.slice(from) : path.slice(from, slash)
    if (anyNames.has(segment) || anyStarts.some((start) => segment.startsWith(start))) return true
    if (slash === -1) return false
    from = slash + 1
  }
}
