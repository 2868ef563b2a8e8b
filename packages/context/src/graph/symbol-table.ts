import { type DefinitionKind, definitionKinds, type ReferenceKind, referenceKinds } from '../extract/file-facts.ts'
import type { Vocabulary } from '../lexical/vocabulary.ts'
import type { CompressedRows } from './compressed-rows.ts'
import { groupByKey, itemsOf } from './compressed-rows.ts'
import { type FileImport, importsIn, renamingsIn } from './file-imports.ts'
import type { SymbolSegment } from './symbol-segment.ts'

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
export type SymbolColumns = Omit<SymbolSegment, 'importFiles' | 'importTexts'>

/** Where names are defined and used, over all live files of a tree. */
export interface SymbolTable {
  readonly names: Vocabulary
  readonly columns: SymbolColumns
  /** What live files take from elsewhere, in their order; read out of a text each time. */
  imports(): Iterable<FileImport>
  /** The files that call a name otherwise once they have imported it, and how. */
  renamings(name: string): readonly { readonly file: number; readonly local: string }[]
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
    imports: () => liveImports(placed),
    renamings: (name) => liveRenamings(placed, name),
    definition: (row) => definitionAt(columns, row),
    definitionsOf: (name) => itemsOf((definitions ??= groupByKey(columns.definitionNames, names.size)), name),
    reference: (row) => referenceAt(columns, row),
    referencesOf: (name) => itemsOf((references ??= groupByKey(columns.referenceNames, names.size)), name),
  }
}

function* liveImports(placed: readonly PlacedSymbols[]): Generator<FileImport> {
  for (const { segment, firstFile, gone } of placed)
    for (const one of importsIn(segment)) if (gone?.[one.file] !== 1) yield { ...one, file: firstFile + one.file }
}

function liveRenamings(placed: readonly PlacedSymbols[], name: string) {
  return placed.flatMap(({ segment, firstFile, gone }) =>
    renamingsIn(segment, name).flatMap(({ file, local }) => (gone?.[file] === 1 ? [] : [{ file: firstFile + file, local }])),
  )
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
  const definitions = placed.map((part) => ({ ...part, live: liveRows(part.segment.definitionFiles, part.gone) }))
  const references = placed.map((part) => ({ ...part, live: liveRows(part.segment.referenceFiles, part.gone) }))
  return {
    definitionNames: joined(definitions, ({ definitionNames }) => definitionNames),
    definitionFiles: joined(definitions, ({ definitionFiles }) => definitionFiles, true),
    definitionStarts: joined(definitions, ({ definitionStarts }) => definitionStarts),
    definitionEnds: joined(definitions, ({ definitionEnds }) => definitionEnds),
    definitionKinds: new Uint8Array(joined(definitions, (segment) => segment.definitionKinds)),
    definitionReaches: new Uint8Array(joined(definitions, (segment) => segment.definitionReaches)),
    referenceNames: joined(references, ({ referenceNames }) => referenceNames),
    referenceFiles: joined(references, ({ referenceFiles }) => referenceFiles, true),
    referenceLines: joined(references, ({ referenceLines }) => referenceLines),
    referenceKinds: new Uint8Array(joined(references, (segment) => segment.referenceKinds)),
  }
}

interface LivePart extends PlacedSymbols {
  /** Rows of what is not gone, as ranges: first, and one behind the last. */
  readonly live: readonly (readonly [from: number, to: number])[]
}

/** One column of all parts without what is gone: whole ranges are copied at once, since few files ever are. */
function joined(parts: readonly LivePart[], columnOf: (segment: SymbolSegment) => Uint32Array | Uint8Array, isFile = false): Uint32Array {
  const rows = parts.reduce((sum, { live }) => sum + live.reduce((own, [from, to]) => own + to - from, 0), 0)
  const column = new Uint32Array(rows)
  let at = 0
  for (const { segment, firstFile, live } of parts) {
    const first = at
    for (const [from, to] of live) {
      column.set(columnOf(segment).subarray(from, to), at)
      at += to - from
    }
    if (isFile && firstFile > 0) for (let row = first; row < at; row += 1) column[row] = (column[row] ?? 0) + firstFile
  }
  return column
}

function liveRows(files: Uint32Array, gone: Uint8Array | undefined): readonly (readonly [number, number])[] {
  if (gone === undefined) return [[0, files.length]]
  const ranges: [number, number][] = []
  let from = -1
  for (let row = 0; row <= files.length; row += 1) {
    const isLive = row < files.length && gone[files[row] ?? 0] !== 1
    if (isLive && from < 0) from = row
    else if (!isLive && from >= 0) {
      ranges.push([from, row])
      from = -1
    }
  }
  return ranges
}
