import { definitionKinds } from '../extract/file-facts.ts'
import { createImportResolver, type Importer } from '../extract/resolve-imports.ts'
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
  const resolve = createImportResolver({ files: byPath, read, declares: declaringFiles(symbols, files) })
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
  return found
}

function note(known: Map<number, TakenFile>, file: number, sure: number, names: readonly string[]): void {
  if (file < 0) return
  const before = known.get(file)
  const all = new Set([...(before?.names ?? []), ...names.filter((name) => name !== '*')])
  known.set(file, { confidence: Math.max(before?.confidence ?? 0, sure), names: all })
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
