import type { Definition } from '../extract/file-facts.ts'
import { cutIntoChunks } from './chunks.ts'
import type { Postings } from './postings.ts'
import { joinParts, PostingsBuilder } from './postings.ts'
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

/** Reads files, in the order given, into the postings of one segment. */
export class TextSegmentBuilder {
  readonly #reader: TermReader
  readonly #path = new PostingsBuilder()
  readonly #symbols = new PostingsBuilder()
  readonly #chunks = new PostingsBuilder()
  readonly #files: number[] = []
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  readonly #names: number[] = []
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
    this.#addChunks(file, text, definitions)
  }

  #addChunks(file: number, text: string, definitions: readonly Definition[]): void {
    const lines = lineStarts(text)
    this.#reader.load(text)
    for (const { startLine, endLine, symbol } of cutIntoChunks(lines.length, definitions)) {
      this.#reader.readLoaded(this.#chunks, lines[startLine - 1] ?? 0, lines[endLine] ?? text.length)
      this.#chunks.endDocument()
      this.#files.push(file)
      this.#starts.push(startLine)
      this.#ends.push(endLine)
      this.#names.push(symbol === null ? -1 : this.#nameOf(symbol))
    }
  }

  build(): TextSegment {
    const terms = this.#reader.vocabulary.size
    const chunks = this.#chunks.build(terms)
    const chunkFiles = Uint32Array.from(this.#files)
    return {
      body: joinParts(chunks, chunkFiles, this.#path.documents),
      path: this.#path.build(terms),
      symbols: this.#symbols.build(terms),
      chunks,
      chunkFiles,
      chunkStarts: Uint32Array.from(this.#starts),
      chunkEnds: Uint32Array.from(this.#ends),
      chunkSymbols: Int32Array.from(this.#names),
    }
  }
}

/** Where each line begins; a line break at the very end begins no line. */
function lineStarts(text: string): readonly number[] {
  const starts = text === '' ? [] : [0]
  for (let at = text.indexOf('\n'); at >= 0 && at + 1 < text.length; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
