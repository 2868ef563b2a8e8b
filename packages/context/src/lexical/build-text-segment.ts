import type { Definition } from '../extract/file-facts.ts'
import { ChunkCutter } from './chunks.ts'
import { DocumentCollector, type DocumentTerms } from './document-terms.ts'
import { GrowingColumn } from './growing-column.ts'
import { invert, joinParts, type Postings } from './postings.ts'
import type { TermReader } from './term-reader.ts'

/** One file as the text index takes it. */
export interface TextFile {
  readonly path: string
  readonly text: string
  readonly definitions: readonly Definition[]
}

/** The postings of some files and where their chunks lie; files and chunks are numbered from 0 within it. */
export interface TextSegment {
  readonly body: Postings
  readonly path: Postings
  readonly symbols: Postings
  readonly chunks: Postings
  readonly chunkFiles: Uint32Array
  readonly chunkStarts: Uint32Array
  readonly chunkEnds: Uint32Array
  /** Number of the chunk's symbol in the names of symbols, or -1. */
  readonly chunkSymbols: Int32Array
}

/** A run of files on its way into a segment: documents with their terms, and where chunks lie. Files are numbered from 0 within it. */
export interface TextRun {
  readonly path: DocumentTerms
  readonly symbols: DocumentTerms
  readonly chunks: DocumentTerms
  readonly chunkFiles: Uint32Array<ArrayBuffer>
  readonly chunkStarts: Uint32Array<ArrayBuffer>
  readonly chunkEnds: Uint32Array<ArrayBuffer>
  readonly chunkSymbols: Int32Array<ArrayBuffer>
}

/** Reads files, in the order given, into a run. */
export class TextCollector {
  readonly #reader: TermReader
  readonly #path = new DocumentCollector()
  readonly #symbols = new DocumentCollector()
  readonly #chunks = new DocumentCollector()
  readonly #files = new GrowingColumn()
  readonly #starts = new GrowingColumn()
  readonly #ends = new GrowingColumn()
  readonly #names = new GrowingColumn()
  readonly #cutter = new ChunkCutter()
  readonly #nameOf: (symbol: string) => number

  /** `nameOf` numbers the names of symbols. */
  constructor(reader: TermReader, nameOf: (symbol: string) => number) {
    this.#reader = reader
    this.#nameOf = nameOf
  }

  add({ path, text, definitions }: TextFile): void {
    const file = this.#path.documents
    this.#reader.read(path, this.#path)
    this.#path.endDocument()
    for (const { name } of definitions) this.#reader.read(name, this.#symbols)
    this.#symbols.endDocument()
    this.#reader.load(text)
    this.#cutter.cut(text, definitions, (from, to, startLine, endLine, symbol) => {
      this.#reader.readLoaded(this.#chunks, from, to)
      this.#chunks.endDocument()
      this.#files.push(file)
      this.#starts.push(startLine)
      this.#ends.push(endLine)
      this.#names.push(symbol === null ? -1 : this.#nameOf(symbol))
    })
  }

  /** The files since the last call. */
  take(): TextRun {
    return {
      path: this.#path.take(),
      symbols: this.#symbols.take(),
      chunks: this.#chunks.take(),
      chunkFiles: this.#files.take(),
      chunkStarts: this.#starts.take(),
      chunkEnds: this.#ends.take(),
      chunkSymbols: new Int32Array(this.#names.take().buffer),
    }
  }
}

/** The segment that runs make, in their order, over a vocabulary of so many terms. The list is emptied, so that what is joined can be let go of. */
export function joinTextRuns(runs: TextRun[], terms: number): TextSegment {
  const files = runs.reduce((sum, { path }) => sum + path.ends.length, 0)
  const field = (of: 'path' | 'symbols' | 'chunks') =>
    invert(
      runs.map((run) => run[of]),
      terms,
    )
  const chunkFiles = filesOfChunks(runs)
  const columns = {
    chunkFiles,
    chunkStarts: joined(runs, 'chunkStarts'),
    chunkEnds: joined(runs, 'chunkEnds'),
    chunkSymbols: new Int32Array(joined(runs, 'chunkSymbols').buffer),
  }
  const [path, symbols, chunks] = [field('path'), field('symbols'), field('chunks')]
  runs.length = 0
  return { body: joinParts(chunks, chunkFiles, files), path, symbols, chunks, ...columns }
}

function filesOfChunks(runs: readonly TextRun[]): Uint32Array {
  const files = joined(runs, 'chunkFiles')
  let at = 0
  let first = 0
  for (const { chunkFiles, path } of runs) {
    for (const end = at + chunkFiles.length; at < end; at += 1) files[at] = (files[at] as number) + first
    first += path.ends.length
  }
  return files
}

function joined(runs: readonly TextRun[], column: 'chunkFiles' | 'chunkStarts' | 'chunkEnds' | 'chunkSymbols'): Uint32Array<ArrayBuffer> {
  const whole = new Uint32Array(runs.reduce((sum, run) => sum + run[column].length, 0))
  let at = 0
  for (const run of runs) {
    whole.set(run[column], at)
    at += run[column].length
  }
  return whole
}
