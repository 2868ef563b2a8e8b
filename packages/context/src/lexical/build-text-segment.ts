import type { Definition } from '../extract/file-facts.ts'
import { cutChunks } from './chunks.ts'
import { GrowingColumn } from './growing-column.ts'
import { joinRows, joinRowsOfParts } from './join-rows.ts'
import type { Postings } from './postings.ts'
import type { KeepArray, TermKernel, TermRows } from './term-kernel.ts'
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
  readonly path: TermRows
  readonly symbols: TermRows
  readonly chunks: TermRows
  readonly chunkFiles: Uint32Array
  readonly chunkStarts: Uint32Array
  readonly chunkEnds: Uint32Array
  readonly chunkSymbols: Int32Array
}

/** Reads files, in the order given, into a run. */
export class TextCollector {
  readonly #kernel: TermKernel
  readonly #path
  readonly #symbols
  readonly #chunks
  readonly #files = new GrowingColumn()
  readonly #starts = new GrowingColumn()
  readonly #ends = new GrowingColumn()
  readonly #names = new GrowingColumn()
  readonly #nameOf: (symbol: string) => number

  /** `nameOf` numbers the names of symbols. */
  constructor({ kernel }: TermReader, nameOf: (symbol: string) => number) {
    this.#kernel = kernel
    this.#path = kernel.documents()
    this.#symbols = kernel.documents()
    this.#chunks = kernel.documents()
    this.#nameOf = nameOf
  }

  add({ path, text, definitions }: TextFile): void {
    const kernel = this.#kernel
    const file = kernel.size(this.#path)
    kernel.countAside(this.#path, path)
    kernel.end(this.#path, file)
    kernel.countAside(this.#symbols, definitions.map(({ name }) => name).join('\n'))
    kernel.end(this.#symbols, file)
    kernel.load(text)
    cutChunks(kernel.lines(), definitions, (to, startLine, endLine, symbol) => {
      kernel.count(this.#chunks, to)
      kernel.end(this.#chunks, file)
      this.#files.push(file)
      this.#starts.push(startLine)
      this.#ends.push(endLine)
      this.#names.push(symbol === null ? -1 : this.#nameOf(symbol))
    })
  }

  /** The files since the last call; the largest arrays such as `keep` makes them. */
  take(keep?: KeepArray): TextRun {
    return {
      path: this.#kernel.take(this.#path, keep),
      symbols: this.#kernel.take(this.#symbols, keep),
      chunks: this.#kernel.take(this.#chunks, keep),
      chunkFiles: this.#files.take(),
      chunkStarts: this.#starts.take(),
      chunkEnds: this.#ends.take(),
      chunkSymbols: new Int32Array(this.#names.take().buffer),
    }
  }
}

/** The segment that runs make, in their order, over a vocabulary of so many terms. The list is emptied, so that what is joined can be let go of, when `onPlaced` is called. */
export function joinTextRuns(runs: TextRun[], terms: number, onPlaced?: () => void): TextSegment {
  const files = runs.reduce((sum, { path }) => sum + path.lengths.length, 0)
  const chunkFiles = filesOfChunks(runs)
  const columns = {
    chunkFiles,
    chunkStarts: joined(runs, 'chunkStarts'),
    chunkEnds: joined(runs, 'chunkEnds'),
    chunkSymbols: new Int32Array(joined(runs, 'chunkSymbols').buffer),
  }
  const path = joinRows(
    runs.map((run) => run.path),
    terms,
  )
  const symbols = joinRows(
    runs.map((run) => run.symbols),
    terms,
  )
  const chunkRuns = runs.map((run) => run.chunks)
  runs.length = 0
  const { parts, wholes } = joinRowsOfParts(chunkRuns, terms, { of: chunkFiles, count: files }, onPlaced)
  return { body: wholes, path, symbols, chunks: parts, ...columns }
}

function filesOfChunks(runs: readonly TextRun[]): Uint32Array {
  const files = joined(runs, 'chunkFiles')
  let at = 0
  let first = 0
  for (const { chunkFiles, path } of runs) {
    for (const end = at + chunkFiles.length; at < end; at += 1) files[at] = (files[at] as number) + first
    first += path.lengths.length
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
