import type { DefinitionKind, ReferenceKind } from '../extract/file-facts.ts'
import type { Vocabulary } from '../lexical/vocabulary.ts'
import type { CompressedRows } from './compressed-rows.ts'
import { groupByKey, itemsOf } from './compressed-rows.ts'
import type { FileImport, SymbolSegment } from './symbol-segment.ts'
import { definitionKinds, referenceKinds } from './symbol-segment.ts'

/** A definition; lines from 1, both included. */
export interface DefinitionRow {
  readonly name: number
  readonly file: number
  readonly startLine: number
  readonly endLine: number
  readonly kind: DefinitionKind
}

export interface ReferenceRow {
  readonly name: number
  readonly file: number
  readonly line: number
  readonly kind: ReferenceKind
}

/** The definitions and references of all live files as columns, in the order of files and lines. */
export type SymbolColumns = Omit<SymbolSegment, 'imports'>

/** Where names are defined and used, over all live files of a tree. */
export interface SymbolTable {
  readonly names: Vocabulary
  readonly columns: SymbolColumns
  readonly imports: readonly FileImport[]
  definition(row: number): DefinitionRow
  /** Rows of the definitions of a name. */
  definitionsOf(name: number): Uint32Array
  reference(row: number): ReferenceRow
  referencesOf(name: number): Uint32Array
}

/** A segment with the number of its first file, and those of its files that are gone. */
export interface PlacedSymbols {
  readonly segment: SymbolSegment
  readonly firstFile: number
  readonly gone: Uint8Array | undefined
}

/** Joins the symbols of segments. */
export function joinSymbols(names: Vocabulary, placed: readonly PlacedSymbols[]): SymbolTable {
  const columns = joinColumns(placed)
  let definitions: CompressedRows | undefined
  let references: CompressedRows | undefined
  return {
    names,
    columns,
    imports: placed.flatMap(({ segment, firstFile, gone }) =>
      segment.imports.filter(({ file }) => gone?.[file] !== 1).map((one) => ({ ...one, file: firstFile + one.file })),
    ),
    definition: (row) => definitionAt(columns, row),
    definitionsOf: (name) => itemsOf((definitions ??= groupByKey(columns.definitionNames, names.size)), name),
    reference: (row) => referenceAt(columns, row),
    referencesOf: (name) => itemsOf((references ??= groupByKey(columns.referenceNames, names.size)), name),
  }
}

function definitionAt(columns: SymbolColumns, row: number): DefinitionRow {
  return {
    name: columns.definitionNames[row] ?? 0,
    file: columns.definitionFiles[row] ?? 0,
    startLine: columns.definitionStarts[row] ?? 1,
    endLine: columns.definitionEnds[row] ?? 1,
    kind: definitionKinds[columns.definitionKinds[row] ?? 0] ?? 'constant',
  }
}

function referenceAt(columns: SymbolColumns, row: number): ReferenceRow {
  return {
    name: columns.referenceNames[row] ?? 0,
    file: columns.referenceFiles[row] ?? 0,
    line: columns.referenceLines[row] ?? 1,
    kind: referenceKinds[columns.referenceKinds[row] ?? 0] ?? 'mention',
  }
}

function joinColumns(placed: readonly PlacedSymbols[]): SymbolColumns {
  const [only] = placed
  if (placed.length === 1 && only?.gone === undefined && only !== undefined) return only.segment
  const definitions = placed.map(({ segment, gone }) => liveRows(segment.definitionFiles, gone))
  const references = placed.map(({ segment, gone }) => liveRows(segment.referenceFiles, gone))
  const joined = (of: (one: PlacedSymbols, part: number) => readonly number[]) => placed.flatMap(of)
  const take = (column: Uint32Array | Uint8Array, rows: readonly number[]) => rows.map((row) => column[row] ?? 0)
  return {
    definitionNames: Uint32Array.from(joined(({ segment }, part) => take(segment.definitionNames, definitions[part] ?? []))),
    definitionFiles: Uint32Array.from(
      joined(({ segment, firstFile }, part) => take(segment.definitionFiles, definitions[part] ?? []).map((file) => firstFile + file)),
    ),
    definitionStarts: Uint32Array.from(joined(({ segment }, part) => take(segment.definitionStarts, definitions[part] ?? []))),
    definitionEnds: Uint32Array.from(joined(({ segment }, part) => take(segment.definitionEnds, definitions[part] ?? []))),
    definitionKinds: Uint8Array.from(joined(({ segment }, part) => take(segment.definitionKinds, definitions[part] ?? []))),
    referenceNames: Uint32Array.from(joined(({ segment }, part) => take(segment.referenceNames, references[part] ?? []))),
    referenceFiles: Uint32Array.from(
      joined(({ segment, firstFile }, part) => take(segment.referenceFiles, references[part] ?? []).map((file) => firstFile + file)),
    ),
    referenceLines: Uint32Array.from(joined(({ segment }, part) => take(segment.referenceLines, references[part] ?? []))),
    referenceKinds: Uint8Array.from(joined(({ segment }, part) => take(segment.referenceKinds, references[part] ?? []))),
  }
}

function liveRows(files: Uint32Array, gone: Uint8Array | undefined): readonly number[] {
  const rows: number[] = []
  files.forEach((file, row) => gone?.[file] !== 1 && rows.push(row))
  return rows
}
