import type { SymbolSegment } from '../graph/symbol-segment.ts'
import type { HistoryData } from '../history/history-index.ts'
import type { IndexedFile } from '../indexer/indexed-tree.ts'
import type { Postings } from '../lexical/postings.ts'
import { TermReader } from '../lexical/term-reader.ts'
import { Vocabulary } from '../lexical/vocabulary.ts'
import type { ModelSegment, Vocabularies } from './model-segment.ts'
import type { Column, Snapshot } from './snapshot.ts'
import { decodeSnapshot, encodeSnapshot } from './snapshot.ts'

/** Raise it whenever tokens, stems, chunks or the layout change: what another version kept is not read. */
const modelFormat = 5

/** The base of a model as bytes, in pieces. */
export function encodeModel({ terms, names }: Vocabularies, { files, text, symbols }: ModelSegment): readonly Uint8Array[] {
  const { body, path, symbols: symbolText, chunks, ...chunkColumns } = text
  return encodeSnapshot({
    arrays: {
      ...prefixed('terms', { ...terms.vocabulary.arrays() }),
      ...prefixed('names', { ...names.arrays() }),
      ...prefixed('body', { ...body }),
      ...prefixed('path', { ...path }),
      ...prefixed('symbolText', { ...symbolText }),
      ...prefixed('chunks', { ...chunks }),
      ...prefixed('chunkTable', { ...chunkColumns }),
      ...prefixed('symbols', { ...symbols }),
    },
    json: { format: modelFormat, files },
  })
}

/** The vocabularies and base of a model that was kept; undefined where another version kept it, or the bytes are broken. */
export function decodeModel(bytes: Uint8Array): { readonly vocabularies: Vocabularies; readonly base: ModelSegment } | undefined {
  const { arrays, json } = attempt(() => decodeSnapshot(bytes)) ?? { arrays: {}, json: null }
  const kept = json as { readonly format: number; readonly files: readonly IndexedFile[] } | null
  if (kept?.format !== modelFormat) return undefined
  const part = <T>(prefix: string) => unprefixed(prefix, arrays) as T
  const vocabularies = { terms: new TermReader(Vocabulary.of(part('terms'))), names: Vocabulary.of(part('names')) }
  const text = {
    body: part<Postings>('body'),
    path: part<Postings>('path'),
    symbols: part<Postings>('symbolText'),
    chunks: part<Postings>('chunks'),
  }
  const base = {
    files: kept.files,
    text: { ...text, ...part<Omit<ModelSegment['text'], keyof typeof text>>('chunkTable') },
    symbols: part<SymbolSegment>('symbols'),
  }
  return { vocabularies, base }
}

/** A history as bytes, with the commit it begins at. */
export function encodeHistory(
  { vocabulary, paths, messages, titles, starts, touched, activity }: HistoryData,
  head: string,
): readonly Uint8Array[] {
  return encodeSnapshot({
    arrays: {
      ...prefixed('words', { ...vocabulary.arrays() }),
      ...prefixed('messages', { ...messages }),
      ...prefixed('titles', { ...titles }),
      starts,
      touched,
      activity,
    },
    json: { format: modelFormat, head, paths },
  })
}

/** A history that was kept for this commit; undefined where it was for another one, or the bytes are broken. */
export function decodeHistory(bytes: Uint8Array, head: string): HistoryData | undefined {
  const { arrays, json } = attempt(() => decodeSnapshot(bytes)) ?? { arrays: {}, json: null }
  const kept = json as { readonly format: number; readonly head: string; readonly paths: readonly string[] } | null
  if (kept?.format !== modelFormat || kept.head !== head) return undefined
  const part = <T>(prefix: string) => unprefixed(prefix, arrays) as T
  return {
    vocabulary: Vocabulary.of(part('words')),
    paths: kept.paths,
    messages: part('messages'),
    titles: part('titles'),
    starts: arrays.starts as Uint32Array,
    touched: arrays.touched as Uint32Array,
    activity: arrays.activity as Float32Array,
  }
}

function prefixed(prefix: string, columns: Readonly<Record<string, Column>>): Snapshot['arrays'] {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [`${prefix}.${name}`, column]))
}

function unprefixed(prefix: string, arrays: Snapshot['arrays']): Readonly<Record<string, Column>> {
  const start = `${prefix}.`
  return Object.fromEntries(
    Object.entries(arrays).flatMap(([name, column]) => (name.startsWith(start) ? [[name.slice(start.length), column]] : [])),
  )
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
