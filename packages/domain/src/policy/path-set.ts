import picomatch from 'picomatch'
import type { Matches } from './globs.ts'

/** Beginning and end of a segment around one star. */
interface Around {
  readonly start: string
  readonly end: string
}

/** A list of globs over paths, sorted by what they look at, so that most paths are told apart without an expression. */
interface Sorted {
  // Last segments, as in **/name and **/na*me.
  readonly lastNames: Set<string>
  // By the character that they begin or, where they begin with the star, end with.
  readonly lastByStart: Map<number, Around[]>
  readonly lastByEnd: Map<number, Around[]>
  // Segments anywhere with all that is below them, as in **/name/** and **/name*/**; and the characters that these begin with.
  readonly anyNames: Set<string>
  readonly anyStarts: string[]
  readonly anyFirst: Set<number>
  // Whole paths; folders with all that is below them; and of those only the files with a certain end.
  readonly exact: Set<string>
  readonly folders: string[]
  readonly below: { readonly folder: string; readonly end: string }[]
  readonly others: Matches[]
}

const literal = /^[^*?[\]{}()!@+|\\]+$/

/** Whether a folded path is in a list of globs; `!` takes paths out again. Letter case and twins are the business of the fold. */
export function pathMatcher(globs: readonly string[]): Matches {
  const wanted = anyOf(globs.filter((glob) => !glob.startsWith('!')))
  const taken = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1))
  if (taken.length === 0) return wanted
  const excepted = anyOf(taken)
  return (path) => wanted(path) && !excepted(path)
}

function anyOf(globs: readonly string[]): Matches {
  const sorted: Sorted = { lastNames: new Set(), lastByStart: new Map(), lastByEnd: new Map(), anyNames: new Set(), anyStarts: [], anyFirst: new Set(), exact: new Set(), folders: [], below: [], others: [] }
  for (const glob of globs) sortIn(sorted, glob.toLowerCase())
  const tests: Matches[] = [...sorted.others]
  if (sorted.anyFirst.size > 0) tests.unshift((path) => anywhere(sorted, path))
  if (sorted.lastNames.size + sorted.lastByStart.size + sorted.lastByEnd.size > 0) tests.unshift((path) => atTheEnd(sorted, path))
  for (const { folder, end } of sorted.below) tests.unshift((path) => path.endsWith(end) && path.startsWith(folder))
  for (const folder of sorted.folders) tests.unshift((path) => inFolder(path, folder))
  if (sorted.exact.size > 0) tests.unshift((path) => sorted.exact.has(path))
  const [only] = tests
  if (only !== undefined && tests.length === 1) return only
  return (path) => {
    for (const test of tests) if (test(path)) return true
    return false
  }
}

function sortIn(sorted: Sorted, glob: string): void {
  const name = /^\*\*\/([^/]+)(\/\*\*)?$/.exec(glob)
  const folder = /^(.+)\/\*\*$/.exec(glob)?.[1]
  const below = /^(.+)\/\*\*\/\*([^/]+)$/.exec(glob)
  if (name?.[1] !== undefined && sortName(sorted, name[1], name[2] !== undefined)) return
  if (literal.test(glob)) sorted.exact.add(glob)
  else if (folder !== undefined && literal.test(folder)) sorted.folders.push(folder)
  else if (below?.[1] !== undefined && below[2] !== undefined && literal.test(below[1] + below[2])) sorted.below.push({ folder: `${below[1]}/`, end: below[2] })
  else sorted.others.push(picomatch(glob, { dot: true }))
}

/** Sorts in a glob that looks at one segment; false where an expression is needed. */
function sortName(sorted: Sorted, name: string, everywhere: boolean): boolean {
  const [start = '', end, more] = name.split('*')
  if (more !== undefined || !literal.test(start + (end ?? ''))) return false
  if (everywhere) {
    if (start === '' || (end !== undefined && end !== '')) return false
    sorted.anyFirst.add(start.charCodeAt(0))
    if (end === undefined) sorted.anyNames.add(start)
    else sorted.anyStarts.push(start)
  } else if (end === undefined) sorted.lastNames.add(start)
  else if (start === '') add(sorted.lastByEnd, end.charCodeAt(end.length - 1), { start, end })
  else add(sorted.lastByStart, start.charCodeAt(0), { start, end })
  return true
}

function add(map: Map<number, Around[]>, key: number, around: Around): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [around])
  else known.push(around)
}

function inFolder(path: string, folder: string): boolean {
  return path.startsWith(folder) && (path.length === folder.length || path.charCodeAt(folder.length) === 47)
}

function atTheEnd({ lastNames, lastByStart, lastByEnd }: Sorted, path: string): boolean {
  const from = path.lastIndexOf('/') + 1
  if (lastByStart.size > 0 && isAround(lastByStart.get(path.charCodeAt(from)), path, from)) return true
  if (lastByEnd.size > 0 && isAround(lastByEnd.get(path.charCodeAt(path.length - 1)), path, from)) return true
  return lastNames.size > 0 && lastNames.has(from === 0 ? path : path.slice(from))
}

function isAround(candidates: readonly Around[] | undefined, path: string, from: number): boolean {
  if (candidates === undefined) return false
  for (const { start, end } of candidates) {
    if (path.length - from >= start.length + end.length && path.endsWith(end) && path.startsWith(start, from)) return true
  }
  return false
}

function anywhere({ anyNames, anyStarts, anyFirst }: Sorted, path: string): boolean {
  for (let from = 0; ;) {
    const next = path.indexOf('/', from)
    if (anyFirst.has(path.charCodeAt(from))) {
      if (next !== -1) for (const start of anyStarts) if (path.startsWith(start, from)) return true
      if (anyNames.has(next === -1 ? path.slice(from) : path.slice(from, next))) return true
    }
    if (next === -1) return false
    from = next + 1
  }
}
