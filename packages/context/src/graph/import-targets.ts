import { definitionKinds } from '../extract/file-facts.ts'
import { createImportResolver, type Importer } from '../extract/resolve-imports.ts'
import { folderOf } from '../extract/resolve/path-table.ts'
import { type BoundNames, bindNames, type NamedImport } from './bind-names.ts'
import type { FileImport } from './file-imports.ts'
import { foreignIn } from './foreign-modules.ts'
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
  /** What some of them are called by the file that takes them; empty for a module as such. */
  readonly renamed: Map<string, string>
  /** All that it has is at hand, and may be handed on. */
  readonly whole: boolean
  /** It is not imported itself: it is of the same package. */
  readonly unnamed?: true
}

export type TakenFiles = ReadonlyMap<number, ReadonlyMap<number, TakenFile>>

/** Where the imports of a tree lead. */
export interface ImportLinks {
  /** For each file, the files that its imports lead to; itself where it hands its own names on under others. */
  readonly taken: TakenFiles
  /** For each file, what names mean there that are not simply what the imported file defines by them: rows of definitions, none where they lead out of the tree. */
  readonly bound: ReadonlyMap<number, BoundNames>
}

const confidence = { relative: 1, named: 0.9 } as const

/** Follows what files import to files and definitions. `read` gives the texts of manifests, which name packages. */
export function importLinks(
  symbols: SymbolTable,
  files: readonly (GraphFile | undefined)[],
  read: (path: string) => string | undefined,
): ImportLinks {
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
  const named: NamedImport[] = []
  const isForeign = foreignIn(byPath)
  for (const { file, specifier, names, renamed } of symbols.imports()) {
    const from: Importer | undefined = files[file]
    if (from === undefined) continue
    const known = found.get(file) ?? new Map<number, TakenFile>()
    found.set(file, known)
    const paths = specifier === '' ? [from.path] : resolve(from, { specifier, names, line: 0 })
    const targets = paths.flatMap((path) => numbers.get(path) ?? [])
    const sure = /^\.{1,2}(?:\/|$)/.test(specifier) ? confidence.relative : confidence.named / Math.max(1, targets.length)
    for (const target of targets) note(known, target, sure, { names, renamed })
    if (specifier !== '' && (targets.length > 0 || isForeign(from.language, specifier))) named.push({ file, targets, names, renamed })
  }
  const bound = bindNames(symbols, found, named)
  addPackages(files, found)
  return { taken: found, bound }
}

type Found = Map<number, Map<number, TakenFile>>

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

const ofSamePackage: TakenFile = { confidence: 0, names: new Set(), renamed: new Map(), whole: false, unnamed: true }

function addMembers(found: Found, file: number, members: readonly number[]): void {
  const known = found.get(file) ?? new Map<number, TakenFile>()
  found.set(file, known)
  for (const member of members) if (member !== file && !known.has(member)) known.set(member, ofSamePackage)
}

function note(known: Map<number, TakenFile>, file: number, sure: number, { names, renamed }: Pick<FileImport, 'names' | 'renamed'>): void {
  const before = known.get(file)
  known.set(file, {
    confidence: Math.max(before?.confidence ?? 0, sure),
    names: new Set([...(before?.names ?? []), ...names.filter((name) => name !== '*')]),
    renamed: new Map([...(before?.renamed ?? []), ...renamed.map(([name, local]) => [local, name] as const)]),
    whole: before?.whole === true || (renamed.length === 0 && (names.length === 0 || names.includes('*'))),
  })
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
