import type { Import } from '../file-facts.ts'
import { folderOf, joinPath, type PathTable } from './path-table.ts'
import type { TreePackages } from './tree-packages.ts'

/** `a.b`, `.a`, `..`: modules and packages; names taken out of a package may be modules of it. */
export function resolvePython(table: PathTable, from: string, { specifier, names }: Import): readonly string[] {
  const dots = /^\.*/.exec(specifier)?.[0].length ?? 0
  const path = specifier.slice(dots).replaceAll('.', '/')
  const base = dots > 0 ? joinPath(folderOf(from), `${'../'.repeat(dots - 1)}${path}`) : null
  const at = (ending: string): string | undefined =>
    dots > 0
      ? [base === null ? '' : (joinPath(base, ending.slice(path.length)) ?? '')].find((one) => table.has(one))
      : fromRoot(table, ending, from)
  const modules = names.flatMap((name) => (name === '*' ? [] : (at(`${path}/${name}.py`) ?? at(`${path}/${name}/__init__.py`) ?? [])))
  const own = path === '' ? at(`${path}/__init__.py`) : (pythonModule(table, base, path, from) ?? at(`${path}/__init__.py`))
  return [...new Set(own === undefined ? modules : [...modules, own])]
}

function pythonModule(table: PathTable, base: string | null, path: string, from: string): string | undefined {
  if (base !== null) return ['.py', '.pyi'].map((ending) => base + ending).find((one) => table.has(one))
  return fromRoot(table, `${path}.py`, from) ?? fromRoot(table, `${path}.pyi`, from)
}

/** An absolute name begins where no package is: `import logging` does not mean the `logging.py` of a package. */
function fromRoot(table: PathTable, ending: string, from: string): string | undefined {
  return table.endingWith(ending, from).find((path) => {
    const root = path.slice(0, path.length - ending.length)
    return root === '' || !(table.has(`${root}__init__.py`) || table.has(`${root}__init__.pyi`))
  })
}

/** All files of the package's folder. */
export function resolveGo(folders: ReadonlyMap<string, readonly string[]>, packages: TreePackages, specifier: string): readonly string[] {
  for (const [module, folder] of packages.go) {
    if (specifier !== module && !specifier.startsWith(`${module}/`)) continue
    const place = joinPath(folder, specifier.slice(module.length))
    const files = place === null ? undefined : folders.get(place)
    if (files !== undefined) return files.filter((path) => path.endsWith('.go') && !path.endsWith('_test.go'))
  }
  return []
}

/** `crate::a::b`, `self::a`, `super::a`, `other_crate::a`. */
export function resolveRust(table: PathTable, packages: TreePackages, from: string, { specifier, names }: Import): readonly string[] {
  const [head = '', ...rest] = specifier.split('::')
  const folder = folderOf(from)
  const isRoot = /(?:^|\/)(?:mod|lib|main)\.rs$/.test(from)
  const own = isRoot ? folder : from.replace(/\.rs$/, '')
  if (head === 'self') return rustModule(table, own, rest, names)
  if (head === 'super')
    return rustModule(
      table,
      folderOf(own),
      rest.filter((part) => part !== 'super'),
      names,
    )
  const crate = head === 'crate' ? crateOf(packages, from) : packages.rust.get(head)
  if (crate !== undefined) return rustModule(table, crate === '' ? 'src' : `${crate}/src`, rest, names)
  return rustModule(table, own, [head, ...rest], names)
}

function crateOf(packages: TreePackages, from: string): string | undefined {
  let best: string | undefined
  for (const folder of packages.rust.values())
    if ((folder === '' || from.startsWith(`${folder}/`)) && folder.length >= (best?.length ?? 0)) best = folder
  return best
}

/** The file of the longest part of a module path that has one. */
function rustModule(table: PathTable, base: string, parts: readonly string[], names: readonly string[]): readonly string[] {
  const whole = [...parts, ...names.filter((name) => name !== '*').slice(0, 1)]
  for (let length = whole.length; length > 0; length--) {
    const path = [base, ...whole.slice(0, length)].filter((part) => part !== '').join('/')
    const found = [`${path}.rs`, `${path}/mod.rs`].find((one) => table.has(one))
    if (found !== undefined) return [found]
  }
  return [`${base}/lib.rs`, `${base}/mod.rs`, `${base}.rs`, `${base}/main.rs`].filter((one) => table.has(one)).slice(0, 1)
}

const jvm = ['.java', '.kt', '.scala'] as const
/** Packages that come with the language: a class of the tree that is called so is another one. */
const ofPlatform = /^(?:java|javax|kotlin|scala)\./

/** A class by its full name, or all files of a package's folder; where no file is called so, files near such a folder that define it. */
export function resolveJava(
  table: PathTable,
  folders: FoldersByEnding,
  from: string,
  { specifier, names }: Import,
  defines?: (name: string) => readonly string[],
): readonly string[] {
  const path = specifier.replaceAll('.', '/')
  if (names.includes('*')) return folders(path, from).filter((file) => file !== from && jvm.some((ending) => file.endsWith(ending)))
  for (const candidate of [path, folderOf(path)]) {
    for (const ending of jvm) {
      const found = candidate === '' ? undefined : table.endingWith(candidate + ending, from)[0]
      if (found !== undefined) return [found]
    }
  }
  return defines === undefined || ofPlatform.test(specifier)
    ? []
    : definedInPackage(names.length > 1 || !path.endsWith(`/${names[0]}`) ? path : folderOf(path), names, defines)
}

/** Files that define one of the names, in folders that end as the package does: the longer the better, since a package may leave out what all share. */
function definedInPackage(folder: string, names: readonly string[], defines: (name: string) => readonly string[]): readonly string[] {
  const files = [...new Set(names.flatMap((name) => defines(name)))].filter((file) => jvm.some((ending) => file.endsWith(ending)))
  const parts = folder.split('/')
  for (let skip = 0; skip < parts.length; skip += 1) {
    const ending = `/${parts.slice(skip).join('/')}`
    const found = files.filter((file) => `/${folderOf(file)}`.endsWith(ending))
    if (found.length > 0) return found
  }
  return []
}

/** Files of the folder whose path ends so, nearest first. */
export type FoldersByEnding = (ending: string, from: string) => readonly string[]

/** A class by PSR-4 rules, else by how its path ends; namespaces as a whole tell nothing. */
export function resolvePhp(table: PathTable, packages: TreePackages, from: string, { specifier, names }: Import): readonly string[] {
  if (/\.php$|^\.?\//.test(specifier)) {
    const place = joinPath(folderOf(from), specifier)
    return place !== null && table.has(place) ? [place] : table.endingWith(specifier.replace(/^(?:\.{0,2}\/)+/, ''), from).slice(0, 1)
  }
  if (names.includes('*')) return []
  for (const [prefix, folder] of packages.php) {
    if (!specifier.startsWith(prefix)) continue
    const place = joinPath(folder, `${specifier.slice(prefix.length).replaceAll('\\', '/')}.php`)
    if (place !== null && table.has(place)) return [place]
  }
  const parts = specifier.split('\\')
  for (let skip = 0; skip < parts.length - 1; skip++) {
    const found = table.endingWith(`${parts.slice(skip).join('/')}.php`, from)[0]
    if (found !== undefined) return [found]
  }
  return []
}

/** `a/b` of Ruby's load path, or a file beside this one. */
export function resolveRuby(table: PathTable, from: string, specifier: string): readonly string[] {
  const path = specifier.endsWith('.rb') ? specifier : `${specifier}.rb`
  const beside = specifier.startsWith('.') ? joinPath(folderOf(from), path) : null
  if (beside !== null) return table.has(beside) ? [beside] : []
  return table.endingWith(path, from).slice(0, 1)
}

/** `a.b` of Lua. */
export function resolveLua(table: PathTable, from: string, specifier: string): readonly string[] {
  const path = specifier.replaceAll('.', '/')
  return [...table.endingWith(`${path}.lua`, from), ...table.endingWith(`${path}/init.lua`, from)].slice(0, 1)
}
