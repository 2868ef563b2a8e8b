import { folderOf, joinPath, type PathTable } from './path-table.ts'
import type { TreePackages } from './tree-packages.ts'

const scripts = ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte', '.json']
const written: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
  '.jsx': ['.tsx', '.jsx'],
}

/** A module of JavaScript or TypeScript: relative, by an alias, or a package of the tree. */
export function resolveScript(table: PathTable, packages: TreePackages, from: string, specifier: string): readonly string[] {
  if (specifier.startsWith('.')) return one(scriptAt(table, joinPath(folderOf(from), specifier)))
  for (const [pattern, targets] of packages.aliases) {
    const rest = matchAlias(pattern, specifier)
    if (rest === null) continue
    for (const target of targets) {
      const found = scriptAt(table, target.replace('*', rest))
      if (found !== null) return [found]
    }
  }
  return one(inPackage(table, packages, specifier))
}

function matchAlias(pattern: string, specifier: string): string | null {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === specifier ? '' : null
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)]
  if (before === '' && after === '') return null // everything: tells nothing about this tree
  return specifier.startsWith(before) && specifier.endsWith(after) && specifier.length >= before.length + after.length
    ? specifier.slice(before.length, specifier.length - after.length)
    : null
}

/** The package's source rather than what it is built into. */
function inPackage(table: PathTable, packages: TreePackages, specifier: string): string | null {
  const parts = specifier.split('/')
  const length = specifier.startsWith('@') ? 2 : 1
  const folder = packages.npm.get(parts.slice(0, length).join('/'))
  if (folder === undefined) return null
  const rest = parts.slice(length).join('/')
  for (const place of rest === '' ? ['src/index', 'index', 'lib/index', 'src/main', 'main'] : [`src/${rest}`, rest, `lib/${rest}`]) {
    const found = scriptAt(table, joinPath(folder, place))
    if (found !== null) return found
  }
  return null
}

function scriptAt(table: PathTable, place: string | null): string | null {
  if (place === null) return null
  if (table.has(place)) return place
  const extension = /\.[a-z]+$/.exec(place)?.[0] ?? ''
  const stem = place.slice(0, place.length - extension.length)
  const candidates = [
    ...(written[extension] ?? []).map((other) => stem + other),
    ...scripts.map((other) => place + other),
    ...scripts.map((other) => `${place}/index${other}`),
  ]
  return candidates.find((path) => table.has(path)) ?? null
}

/** A header: beside the file, from the root, or wherever its path ends so. */
export function resolveInclude(table: PathTable, from: string, specifier: string): readonly string[] {
  const path = specifier.replace(/^<|>$/g, '')
  const beside = specifier.startsWith('<') ? null : joinPath(folderOf(from), path)
  if (beside !== null && table.has(beside)) return [beside]
  const found = table.endingWith(path.replace(/^(?:\.\.?\/)+/, ''), from)
  // A header of the system is the tree's own only where the tree is one: a stand-in for some platform is not what others mean.
  const meant = specifier.startsWith('<') && ofSystem.test(path) ? found.filter((one) => `/${one}`.endsWith(`/include/${path}`)) : found
  return meant.slice(0, 1)
}

/** Headers of the C and C++ standards and of POSIX. */
const ofSystem =
  /^(?:assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|tgmath|threads|time|uchar|wchar|wctype|aio|cpio|dirent|dlfcn|fcntl|fmtmsg|fnmatch|ftw|glob|grp|iconv|langinfo|libgen|malloc|monetary|mqueue|netdb|nl_types|poll|pthread|pwd|regex|sched|semaphore|spawn|strings|stropts|syslog|termios|ulimit|unistd|utime|utmpx|wordexp|getopt|alloca|endian|execinfo|windows|winsock2)\.h$|^(?:sys|arpa|net|netinet|asm|bits|mach)\/[\w/]+\.h$|^[a-z_]+$/

/** A file named relative to another one, with one of some endings. */
export function resolveRelative(table: PathTable, from: string, specifier: string, endings: readonly string[]): readonly string[] {
  const place = joinPath(folderOf(from), specifier.replace(/[?#].*$/, ''))
  if (place === null) return []
  const slash = place.lastIndexOf('/') + 1
  const found =
    ['', ...endings].map((ending) => place + ending).find((path) => table.has(path)) ??
    endings.map((ending) => `${place.slice(0, slash)}_${place.slice(slash)}${ending}`).find((path) => table.has(path))
  return found === undefined ? [] : [found]
}

/** The files of a folder that is named from this one's: `./modules/network`. */
export function resolveFolder(folders: ReadonlyMap<string, readonly string[]>, from: string, specifier: string): readonly string[] {
  const place = specifier.startsWith('.') ? joinPath(folderOf(from), specifier) : null
  return (place === null ? undefined : folders.get(place)) ?? []
}

/** A file beside this one, or of a package of the tree: `package:name/a.dart` lies in its `lib`. */
export function resolveDart(table: PathTable, { dart }: TreePackages, from: string, specifier: string): readonly string[] {
  const [, name = '', rest = ''] = /^package:([^/]+)\/(.+)$/.exec(specifier) ?? []
  const folder = dart.get(name)
  if (name === '') return resolveRelative(table, from, specifier, [])
  const place = folder === undefined ? null : joinPath(folder, `lib/${rest}`)
  return place !== null && table.has(place) ? [place] : []
}

const one = (path: string | null): readonly string[] => (path === null ? [] : [path])
