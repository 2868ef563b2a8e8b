import type { SymbolTable } from '../graph/symbol-table.ts'
import { joinSymbols } from '../graph/symbol-table.ts'
import type { IndexedFile, IndexedTree } from '../indexer/indexed-tree.ts'
import { TermReader } from '../lexical/term-reader.ts'
import type { TextIndex } from '../lexical/text-index.ts'
import { joinSegments } from '../lexical/text-index.ts'
import { Vocabulary } from '../lexical/vocabulary.ts'
import type { FileNames } from '../rank/signal-inputs.ts'
import { fileNamesOf } from './file-names.ts'
import type { ModelSegment, Vocabularies } from './model-segment.ts'
import { buildSegment } from './model-segment.ts'

/** All that is searched of one tree. Files that were replaced since the model was built keep their numbers and are never found. */
export interface CodeModel {
  readonly tree: IndexedTree
  readonly vocabularies: Vocabularies
  /** What was built at once, and is kept on disk. */
  readonly base: ModelSegment
  readonly files: readonly IndexedFile[]
  readonly text: TextIndex
  readonly symbols: SymbolTable
  readonly names: FileNames
  /** The number of a live file, or -1. */
  fileOf(path: string): number
}

/** More changed files than this share of the tree (and than 50): everything is built anew. */
const mostChangedShare = 0.05
const mostChanged = 50

/** Builds the model of a tree from nothing. */
export function buildModel(tree: IndexedTree, signal?: AbortSignal): CodeModel {
  const vocabularies = { terms: new TermReader(Vocabulary.empty()), names: Vocabulary.empty() }
  return assemble(tree, vocabularies, buildSegment(tree, tree.files, vocabularies, { signal }))
}

/** The model of a tree out of one segment that holds all of it. */
export function modelOfSegment(tree: IndexedTree, vocabularies: Vocabularies, base: ModelSegment): CodeModel {
  return assemble(tree, vocabularies, base)
}

/** The model of a later tree: reads only what changed since `base` was built; undefined where that is too much. */
export function adaptModel(vocabularies: Vocabularies, base: ModelSegment, tree: IndexedTree, signal?: AbortSignal): CodeModel | undefined {
  const present = new Map(tree.files.map((file) => [file.path, file]))
  const same = (file: IndexedFile): boolean => {
    const now = present.get(file.path)
    return now?.hash === file.hash && now.exact === file.exact && now.kind === file.kind
  }
  const gone = Uint8Array.from(base.files, (file) => (same(file) ? 0 : 1))
  base.files.forEach((file, number) => gone[number] === 0 && present.delete(file.path))
  const changed = [...present.values()]
  if (
    Math.max(
      changed.length,
      gone.reduce((sum, one) => sum + one, 0),
    ) > Math.max(mostChanged, tree.files.length * mostChangedShare)
  )
    return undefined
  return assemble(tree, vocabularies, base, { gone, later: buildSegment(tree, changed, vocabularies, { signal, before: base }) })
}

function assemble(
  tree: IndexedTree,
  vocabularies: Vocabularies,
  base: ModelSegment,
  change?: { readonly gone: Uint8Array; readonly later: ModelSegment },
): CodeModel {
  const gone = change?.gone.includes(1) === true ? change.gone : undefined
  const later = change !== undefined && change.later.files.length > 0 ? change.later : undefined
  const placed = [
    { segment: base, gone, firstFile: 0 },
    ...(later ? [{ segment: later, gone: undefined, firstFile: base.files.length }] : []),
  ]
  const files = placed.flatMap(({ segment }) => segment.files)
  const numbers = new Map<string, number>()
  files.forEach(({ path }, number) => gone?.[number] !== 1 && numbers.set(path, number))
  return {
    tree,
    vocabularies,
    base,
    files,
    text: joinSegments(
      vocabularies.terms.vocabulary,
      placed.map(({ segment, ...rest }) => ({ ...rest, segment: segment.text })),
    ),
    symbols: joinSymbols(
      vocabularies.names,
      placed.map(({ segment, ...rest }) => ({ ...rest, segment: segment.symbols })),
    ),
    names: fileNamesOf(numbers, files),
    fileOf: (path) => numbers.get(path) ?? -1,
  }
}
