import { encodeFacts } from '../extract/encode-facts.ts'
import { exactFacts } from '../extract/exact-facts.ts'
import type { FileFacts } from '../extract/file-facts.ts'
import { loadGrammar } from '../extract/grammar.ts'
import { languageOfScript } from '../extract/languages.ts'
import { lexicalScan } from '../extract/lexical-scan.ts'
import { ScanTooLong } from '../extract/scan/tokens.ts'
import { blobHash } from '../repository/blob-hash.ts'
import { kindOfContent } from '../repository/file-kind.ts'
import { readInside } from '../repository/read-file.ts'
import type { FileKind } from '../repository/source-file.ts'
import type { BlobStore, KeptValue } from '../store/blob-store.ts'
import { derivedKind, factsKind, failureKind } from './derivers.ts'
import type { Derive, Deriver } from './indexed-tree.ts'
import type { IndexLimits } from './limits.ts'

/** A file to be read, as the listing tells it. */
export interface TextRequest {
  readonly path: string
  readonly language: string | null
  readonly kind: FileKind
  /** Hash that it had; only such a text is parsed. Null where it is to be read for the first time. */
  readonly hash: string | null
}

/** What became of it. */
export type TextResult =
  | {
      readonly status: 'read'
      readonly path: string
      readonly hash: string
      readonly language: string | null
      readonly kind: FileKind
      readonly bytes: number
      readonly made: boolean
      readonly values: readonly KeptValue[]
    }
  | {
      readonly status: 'skipped'
      readonly path: string
      readonly hash: string | null
      readonly reason: string
      readonly values: readonly KeptValue[]
    }

/** What a reader of texts works with. */
export interface Reading {
  readonly root: string
  readonly store: BlobStore
  readonly limits: IndexLimits
  readonly derivers: readonly Deriver[]
  readonly functions: readonly Derive[]
}

/** Reads a file, and makes of its text what the store does not have yet, by the quick scan. */
export function readText(reading: Reading, request: TextRequest): TextResult {
  const { path } = request
  let bytes: Buffer
  try {
    bytes = readInside(reading.root, path, reading.limits.mostBytes)
  } catch (error) {
    return { status: 'skipped', path, hash: null, reason: reasonOf(error), values: [] }
  }
  const hash = blobHash(bytes)
  const text = bytes.toString('utf8')
  const content = kindOfContent(bytes, text)
  if (content === 'binary' || content === 'minified')
    return { status: 'skipped', path, hash, reason: `Its content is ${content}.`, values: [] }
  const language = request.language ?? languageOfScript(text)
  const kind = content ?? (language !== null && request.language === null && request.kind === 'document' ? 'source' : request.kind)
  try {
    const values = missingValues(reading, hash, text, language)
    return { status: 'read', path, hash, language, kind, bytes: bytes.byteLength, made: values.length > 0, values }
  } catch (error) {
    if (!(error instanceof ScanTooLong)) throw error
    return { status: 'skipped', path, hash, reason: error.message, values: [] }
  }
}

function missingValues(reading: Reading, hash: string, text: string, language: string | null): KeptValue[] {
  const { store, derivers } = reading
  const missing = derivers.map((deriver) => !store.has(hash, derivedKind(deriver, language, false)))
  if (!missing.includes(true) && store.has(hash, factsKind(language, false))) return []
  return valuesOf(reading, hash, text, language, lexicalScan(text, language), missing)
}

function valuesOf(
  { derivers, functions }: Reading,
  hash: string,
  text: string,
  language: string | null,
  facts: FileFacts,
  wanted: readonly boolean[],
): KeptValue[] {
  const derived = derivers.flatMap((deriver, place) => {
    const value = wanted[place] === true ? functions[place]?.(text, facts, language) : undefined
    return value === undefined ? [] : [{ hash, kind: derivedKind(deriver, language, facts.exact), value }]
  })
  return [{ hash, kind: factsKind(language, facts.exact), value: encodeFacts(facts) }, ...derived]
}

/** Reads a file by its grammar. What fails is kept too, so that it is not tried again. */
export async function parseText(reading: Reading, request: TextRequest): Promise<TextResult> {
  const { path, language, kind } = request
  const { limits, derivers } = reading
  const grammar = language === null ? null : await loadGrammar(language)
  if (grammar === null || language === null) return { status: 'skipped', path, hash: null, reason: 'There is no grammar.', values: [] }
  let bytes: Buffer
  try {
    bytes = readInside(reading.root, path, limits.mostBytes)
  } catch (error) {
    return { status: 'skipped', path, hash: null, reason: reasonOf(error), values: [] }
  }
  const hash = blobHash(bytes)
  if (hash !== request.hash) return { status: 'skipped', path, hash: null, reason: 'It changed while it was being indexed.', values: [] }
  try {
    const text = bytes.toString('utf8')
    const facts = exactFacts(grammar, text, language, limits.parseMilliseconds)
    const values = valuesOf(
      reading,
      hash,
      text,
      language,
      facts,
      derivers.map(({ usesFacts }) => usesFacts),
    )
    return { status: 'read', path, hash, language, kind, bytes: bytes.byteLength, made: true, values }
  } catch (error) {
    return failure(path, hash, language, reasonOf(error))
  }
}

/** A text that its grammar could not read. */
export function failure(path: string, hash: string, language: string | null, reason: string): TextResult {
  return { status: 'skipped', path, hash, reason, values: [{ hash, kind: failureKind(language), value: Buffer.from(reason) }] }
}

/** What went wrong, in a sentence of bounded length. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : String(error)
}
