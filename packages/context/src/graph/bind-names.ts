import { reaches } from '../extract/reach.ts'
import { firstOf } from './compressed-rows.ts'
import type { FileImport } from './file-imports.ts'
import type { TakenFiles } from './import-targets.ts'
import type { SymbolTable } from './symbol-table.ts'

/** An import, with the files that it leads to; none where it leads out of the tree. */
export interface NamedImport extends Pick<FileImport, 'file' | 'names' | 'renamed'> {
  readonly targets: readonly number[]
}

/** Rows of the definitions that names mean in a file, by their numbers. */
export type BoundNames = ReadonlyMap<number, readonly number[]>

/** A barrel of barrels is followed so far. */
const mostHops = 4
const mostFollowed = 100

/**
 * What names mean in the files that import them where that is not simply what the imported file defines by them: names that go by
 * another one, that come from behind the imported file (`export * from`, `__init__.py`), and that lead out of the tree.
 */
export function bindNames(symbols: SymbolTable, taken: TakenFiles, imports: readonly NamedImport[]): ReadonlyMap<number, BoundNames> {
  const bound = new Map<number, Map<number, readonly number[]>>()
  const look = lookUp(symbols, taken)
  for (const { file, targets, names, renamed } of imports) {
    const bind = (local: string, rows: readonly number[]): void => {
      const number = symbols.names.findText(local)
      if (number < 0) return
      const known = bound.get(file) ?? new Map<number, readonly number[]>()
      bound.set(file, known.set(number, [...new Set([...(known.get(number) ?? []), ...rows])]))
    }
    for (const [name, local] of renamed) bind(local, name === '' ? [] : look.through(targets, name, local))
    for (const name of names) {
      if (name === '*' || targets.some((target) => look.isDefinedIn(target, name))) continue
      const rows = targets.length === 0 ? [] : look.through(targets, name, name)
      if (rows.length > 0 || targets.length === 0) bind(name, rows)
    }
  }
  return bound
}

function lookUp(symbols: SymbolTable, taken: TakenFiles) {
  const { definitionFiles } = symbols.columns
  const defaults = defaultExports(symbols)
  const rowsIn = (file: number, name: string): readonly number[] => {
    if (name === 'default') return defaults.get(file) ?? []
    const number = symbols.names.findText(name)
    const all = number < 0 ? noRows : symbols.definitionsOf(number)
    const rows: number[] = []
    for (let at = firstOf(all, definitionFiles, file); definitionFiles[all[at] ?? -1] === file; at += 1) rows.push(all[at] as number)
    return rows
  }
  return {
    isDefinedIn: (file: number, name: string) => rowsIn(file, name).length > 0,
    /** What a name means that is taken out of these files, there or behind them; a default that they do not name may bear the name that it is given. */
    through: (files: readonly number[], name: string, local: string): readonly number[] => {
      const rows = files.flatMap((file) => definitionsBehind(taken, file, name, rowsIn))
      return rows.length > 0 || name !== 'default' ? rows : files.flatMap((file) => rowsIn(file, local))
    },
  }
}

const noRows = new Uint32Array()

function defaultExports({ columns: { definitionReaches, definitionFiles } }: SymbolTable): ReadonlyMap<number, readonly number[]> {
  const byDefault = reaches.indexOf('default')
  const found = new Map<number, number[]>()
  for (let row = definitionReaches.indexOf(byDefault); row >= 0; row = definitionReaches.indexOf(byDefault, row + 1)) {
    const file = definitionFiles[row] as number
    found.set(file, [...(found.get(file) ?? []), row])
  }
  return found
}

/** The nearest definitions of a name on the way from a file through its imports; only by ways that may hand the name on. */
function definitionsBehind(
  taken: TakenFiles,
  from: number,
  name: string,
  rowsIn: (file: number, name: string) => readonly number[],
): readonly number[] {
  const seen = new Set([`${from} ${name}`])
  let edge: readonly (readonly [file: number, name: string])[] = [[from, name]]
  for (let hop = 0; hop <= mostHops && edge.length > 0 && seen.size < mostFollowed; hop += 1) {
    for (const [file, asked] of edge) {
      const rows = rowsIn(file, asked)
      if (rows.length > 0) return rows
    }
    edge = edge.flatMap(([file, asked]) => handedOn(taken, file, asked)).filter(([file, asked]) => !seen.has(`${file} ${asked}`))
    for (const [file, asked] of edge) seen.add(`${file} ${asked}`)
  }
  return []
}

/** Where a name of a file may come from, and what it is called there. */
function handedOn(taken: TakenFiles, file: number, name: string): readonly (readonly [file: number, name: string])[] {
  return [...(taken.get(file) ?? [])].flatMap(([target, { names, renamed, whole }]) => {
    const original = renamed.get(name)
    if (original !== undefined) return original === '' ? [] : [[target, original] as const]
    return names.has(name) || (whole && name !== 'default') ? [[target, name] as const] : []
  })
}
