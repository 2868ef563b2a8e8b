import { encodeFacts, encodeScan } from '../extract/encode-facts.ts'
import type { FileFacts } from '../extract/file-facts.ts'
import { languageOfScript } from '../extract/languages.ts'
import { factsOfScan } from '../extract/lexical-scan.ts'
import { nothingFound, type QuickScan, quickScan } from '../extract/quick-scan.ts'
import { ScanTooLong } from '../extract/scan/tokens.ts'
import { blobHash } from '../repository/blob-hash.ts'
import { kindOfContent } from '../repository/file-kind.ts'
import { readInside, reusedRoom } from '../repository/read-file.ts'
import type { FileKind } from '../repository/source-file.ts'
import type { BlobStore, KeptValue } from '../store/blob-store.ts'
import { derivedKind, factsKind, failureKind } from './derivers.ts'
import type { Gathering } from './gatherer.ts'
import type { Derive, Deriver } from './indexed-tree.ts'
import type { IndexLimits } from './limits.ts'

/** A file to be read, as the listing tells it. */
export interface TextRequest {
  readonly path: string
  readonly language: string | null
  readonly kind: FileKind
  /** In bytes, when it was listed. */
  readonly size: number
  /** Hash that it had; only such a text is parsed. Null where it is to be read for the first time. */
  readonly hash: string | null
  /** Whether a grammar read it. */
  readonly exact?: boolean
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
  readonly store: Pick<BlobStore, 'has' | 'get'>
  readonly limits: IndexLimits
  readonly derivers: readonly Deriver[]
  readonly functions: readonly Derive[]
}

// Nobody keeps the bytes of a text, and reading never waits.
const room = reusedRoom()

/** Reads a file, and makes of its text what the store does not have yet, by the quick scan. */
export function readText(reading: Reading, request: TextRequest, gathering?: Gathering): TextResult {
  const { path } = request
  let bytes: Buffer
  try {
    bytes = readInside(reading.root, path, reading.limits.mostBytes, room)
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
    const values = missingValues(reading, { hash, path, text, language }, gathering)
    return { status: 'read', path, hash, language, kind, bytes: bytes.byteLength, made: values.length > 0, values }
  } catch (error) {
    if (!(error instanceof ScanTooLong)) throw error
    return { status: 'skipped', path, hash, reason: error.message, values: [] }
  }
}

interface ReadText {
  readonly hash: string
  readonly path: string
  readonly text: string
  readonly language: string | null
}

function missingValues(reading: Reading, { hash, path, text, language }: ReadText, gathering: Gathering | undefined): KeptValue[] {
  const { store, derivers } = reading
  const missing = derivers.map((deriver) => !store.has(hash, derivedKind(deriver, language, false)))
  const isKnown = !missing.includes(true) && store.has(hash, factsKind(language, false))
  if (isKnown && gathering === undefined) return []
  const scan = gathering === undefined ? quickScan(text, language) : gathering.scan(text, language)
  gathering?.add(path, text, scan, language)
  return isKnown ? [] : scannedValues(reading, { hash, path, text, language }, scan, missing)
}

function scannedValues(reading: Reading, { hash, text, language }: ReadText, scan: QuickScan, missing: readonly boolean[]): KeptValue[] {
  const value = { hash, kind: factsKind(language, false), value: encodeScan(scan) }
  return missing.includes(true) ? [value, ...derivedValues(reading, hash, text, language, factsOfScan(scan), missing)] : [value]
}

/** What is kept of a text whose facts are exact. */
export function exactValues(reading: Reading, hash: string, text: string, language: string | null, facts: FileFacts): KeptValue[] {
  const wanted = reading.derivers.map(({ usesFacts }) => usesFacts)
  return [
    { hash, kind: factsKind(language, true), value: encodeFacts(facts) },
    ...derivedValues(reading, hash, text, language, facts, wanted),
  ]
}

function derivedValues(
  { derivers, functions }: Reading,
  hash: string,
  text: string,
  language: string | null,
  facts: FileFacts,
  wanted: readonly boolean[],
): KeptValue[] {
  return derivers.flatMap((deriver, place) => {
    const value = wanted[place] === true ? functions[place]?.(text, facts, language) : undefined
    return value === undefined ? [] : [{ hash, kind: derivedKind(deriver, language, facts.exact), value }]
  })
}

/** Hands a text on with the facts that are known of it already, or else with those of the quick scan. A text that cannot be read is empty. */
export function gatherText(
  { root, limits }: Reading,
  { path, hash, language, kind }: TextRequest,
  gathering: Gathering | undefined,
  facts: FileFacts | undefined,
): TextResult {
  const text = textOrNothing(root, path, limits.mostBytes)
  gathering?.add(path, text, facts ?? scanOrNothing(text, language), language)
  return { status: 'read', path, hash: hash ?? '', language, kind, bytes: text.length, made: false, values: [] }
}

function textOrNothing(root: string, path: string, mostBytes: number): string {
  try {
    const bytes = readInside(root, path, mostBytes, room)
    return bytes.subarray(0, 8000).includes(0) ? '' : bytes.toString('utf8')
  } catch {
    return '' // gone meanwhile
  }
}

function scanOrNothing(text: string, language: string | null): QuickScan {
  try {
    return quickScan(text, language)
  } catch (error) {
    if (error instanceof ScanTooLong) return nothingFound
    throw error
  }
}

/** A text that its grammar could not read. */
export function failure(path: string, hash: string, language: string | null, reason: string): TextResult {
  return {
    status: 'skipped',
    path,
    hash,
    reason,
    values: [{ hash, kind: failureKind(language), value: new Uint8Array(Buffer.from(reason)) }],
  }
}

/** What went wrong, in a sentence of bounded length. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : String(error)
}
