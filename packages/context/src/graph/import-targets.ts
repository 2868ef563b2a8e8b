import { definitionKinds } from '../extract/file-facts.ts'
import { createImportResolver, type Importer } from '../extract/resolve-imports.ts'
import { folderOf } from '../extract/resolve/path-table.ts'
import { firstOf } from './compressed-rows.ts'
import type { SymbolTable } from './symbol-table.ts'

/** A file of the tree as the graph takes it. */
export interface GraphFile {
  readonly path: string
  readonly language: string | null
}

/** What one file takes from another. */
export interface TakenFile {
  /** How sure it is that the import means this file, 0 to 1. */
  readonly confidence: number
  /** Names taken out of it; empty where none is told, or all are. */
  readonly names: Set<string>
  /** It is not imported itself: what is imported hands its names on, or it is of the same package. */
  readonly unnamed?: true
}

const confidence = { relative: 1, named: 0.9 } as const

/** For each file, the files that its imports lead to. `read` gives the texts of manifests, which name packages. */
export function importTargets(
  symbols: SymbolTable,
  files: readonly (GraphFile | undefined)[],
  read: (path: string) => string | undefined,
): ReadonlyMap<number, ReadonlyMap<number, TakenFile>> {
  const live = files.flatMap((file) => file ?? [])
  const numbers = new Map(files.flatMap((file, number) => (file === undefined ? [] : [[file.path, number] as const])))
  const byPath = [...live].sort((one, other) => (one.path < other.path ? -1 : 1))
  const resolve = createImportResolver({
    files: byPath,
    read,
    declares: declaringFiles(symbols, files),
    defines: filesThatDefine(symbols, files),
  })
  const found = new Map<number, Map<number, TakenFile>>()
  for (const { file, specifier, names } of symbols.imports()) {
    const from: Importer | undefined = files[file]
    if (from === undefined) continue
    const known = found.get(file) ?? new Map<number, TakenFile>()
    found.set(file, known)
    const targets = resolve(from, { specifier, names, line: 0 })
    const sure = /^\.{1,2}(?:\/|$)/.test(specifier) ? confidence.relative : confidence.named / Math.max(1, targets.length)
    for (const path of targets) note(known, numbers.get(path) ?? -1, sure, names)
  }
  const handedOn = followNames(symbols, found)
  addPackages(files, found)
  for (const [file, more] of handedOn)
    for (const [target, taken] of more) if (!found.get(file)?.has(target)) found.get(file)?.set(target, taken)
  return found
}

type Found = Map<number, Map<number, TakenFile>>

/** A barrel of barrels is followed so far. */
const mostHops = 4
const mostFollowed = 100

/** For each file, those that define names which it takes out of a file that has them from elsewhere (`export * from`, `__init__.py`). */
function followNames(symbols: SymbolTable, found: Found): Found {
  const defines = definingFiles(symbols)
  const more: Found = new Map()
  for (const [file, targets] of found)
    for (const [target, { names }] of targets)
      for (const name of names) {
        const definer = defines(target, name) ? -1 : definerBehind(found, target, (one) => defines(one, name), name)
        if (definer < 0 || definer === file || targets.has(definer)) continue
        const known = more.get(file) ?? new Map<number, TakenFile>()
        more.set(file, known.set(definer, { confidence: 0, names: new Set([...(known.get(definer)?.names ?? []), name]), unnamed: true }))
      }
  return more
}

/** The nearest file on the way from one through its imports that defines a name, or -1; only by ways that may hand the name on. */
function definerBehind(found: Found, from: number, defines: (file: number) => boolean, name: string): number {
  const seen = new Set([from])
  let edge = [from]
  for (let hop = 0; hop < mostHops && seen.size < mostFollowed; hop += 1) {
    const next = edge.flatMap((file) =>
      [...(found.get(file) ?? [])].flatMap(([target, { names }]) =>
        !seen.has(target) && (names.size === 0 || names.has(name)) ? [target] : [],
      ),
    )
    const definer = next.find(defines)
    if (definer !== undefined) return definer
    for (const file of next) seen.add(file)
    edge = next
  }
  return -1
}

function definingFiles(symbols: SymbolTable): (file: number, name: string) => boolean {
  const { definitionFiles } = symbols.columns
  return (file, name) => {
    const number = symbols.names.findText(name)
    if (number < 0) return false
    const all = symbols.definitionsOf(number)
    return definitionFiles[all[firstOf(all, definitionFiles, file)] ?? -1] === file
  }
}

/** More files of one package would say that everything is near everything. */
const mostOfPackage = 500

/** Files of one folder are one package in Go, and share a namespace in PHP: they use each other's names without an import. */
function addPackages(files: readonly (GraphFile | undefined)[], found: Found): void {
  const folders = new Map<string, number[]>()
  files.forEach((file, number) => {
    if (file === undefined || (file.language !== 'go' && file.language !== 'php')) return
    const key = `${file.language} ${folderOf(file.path)}`
    const known = folders.get(key)
    if (known === undefined) folders.set(key, [number])
    else known.push(number)
  })
  for (const members of folders.values()) if (members.length <= mostOfPackage) for (const file of members) addMembers(found, file, members)
}

function addMembers(found: Found, file: number, members: readonly number[]): void {
  const known = found.get(file) ?? new Map<number, TakenFile>()
  found.set(file, known)
  for (const member of members)
    if (member !== file && !known.has(member)) known.set(member, { confidence: 0, names: new Set(), unnamed: true })
}

function note(known: Map<number, TakenFile>, file: number, sure: number, names: readonly string[]): void {
  if (file < 0) return
  const before = known.get(file)
  const all = new Set([...(before?.names ?? []), ...names.filter((name) => name !== '*')])
  known.set(file, { confidence: Math.max(before?.confidence ?? 0, sure), names: all })
}

/** Paths of the files that define anything of a name. */
function filesThatDefine(symbols: SymbolTable, files: readonly (GraphFile | undefined)[]): (name: string) => readonly string[] {
  const { definitionFiles } = symbols.columns
  return (name) => {
    const number = symbols.names.findText(name)
    return number < 0
      ? []
      : [...new Set([...symbols.definitionsOf(number)].flatMap((row) => files[definitionFiles[row] ?? -1]?.path ?? []))]
  }
}

/** Paths of the files that define a module of a name. */
function declaringFiles(symbols: SymbolTable, files: readonly (GraphFile | undefined)[]): (name: string) => readonly string[] {
  const { definitionKinds: kinds, definitionFiles } = symbols.columns
  const module = definitionKinds.indexOf('module')
  return (name) => {
    const number = symbols.names.findText(name)
    const rows = number < 0 ? [] : [...symbols.definitionsOf(number)].filter((row) => kinds[row] === module)
    return [...new Set(rows.flatMap((row) => files[definitionFiles[row] ?? -1]?.path ?? []))]
  }
}
