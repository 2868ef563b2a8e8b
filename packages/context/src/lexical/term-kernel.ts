import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Tokeniser } from '../extract/scan/tokenise.ts'
import type { ReferenceKernel } from './reference-kernel.ts'
import { type TokenExports, TokenKernel } from './token-kernel.ts'

/** Documents one after the other, as a row for each term that any of them holds. */
export interface TermRows {
  /** For each row, side by side: its term, how many documents hold it, how many wholes these are part of. */
  readonly heads: Uint32Array
  /**
   * The documents of each row, row by row: a document's number in the upper bits, in the `countBits` lower ones how often it holds the term, all of
   * them 1 where `large` says it. Of 16 bits wherever a run's documents can be told apart in them: while an index is built, nothing takes more memory.
   */
  readonly entries: Uint16Array | Uint32Array
  readonly countBits: number
  /** Places among `entries`, and how often the term is held there, side by side. */
  readonly large: Uint32Array
  /** Tokens of each document. */
  readonly lengths: Uint32Array
}

/** Where the lines of a text begin, in bytes. A line break at the very end begins no line. */
export interface TextLines {
  readonly starts: Uint32Array
  readonly count: number
  /** Length of the text in bytes. */
  readonly bytes: number
}

/** Documents under way, as the kernel knows them. */
export type Documents = number & { readonly documents: unique symbol }

interface Exports extends TokenExports {
  readonly exchangeTexts: () => void
  readonly begin: (seedLow: number, seedHigh: number, factorLow: number, factorHigh: number) => void
  readonly roomForText: (length: number) => number
  readonly findRuns: (length: number) => number
  readonly termRoom: (count: number) => number
  readonly newDocuments: () => Documents
  readonly countRuns: (documents: Documents, to: number) => void
  readonly endDocument: (documents: Documents, whole: number) => void
  readonly countOfDocuments: (documents: Documents) => number
  readonly endsOfDocuments: (documents: Documents) => number
  readonly invertDocuments: (documents: Documents) => number
  readonly headsOfRows: (documents: Documents) => number
  readonly entriesOfRows: (documents: Documents) => number
  readonly countOfEntries: (documents: Documents) => number
  readonly countBitsOfRows: () => number
  readonly largeOfRows: (documents: Documents) => number
  readonly countOfLarge: (documents: Documents) => number
  readonly dropDocuments: (documents: Documents) => void
}

// No type library of ours has it.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: unknown) => { readonly exports: unknown }
}

const file = new URL('./kernel/terms.wasm', import.meta.url)
let compiled: object | undefined

const headNumbers = 3
/** Beyond the end of any text. */
const everything = 0xffffffff
const endNumbers = 3
/** So many bits are left for a count in entries of 32. */
const wideCountBits = 8

/** Makes an array that stays of one that will be overwritten. */
export type KeepArray = <T extends Uint8Array | Uint16Array | Uint32Array>(array: T) => T

/** Arrays of their own. */
export const copied: KeepArray = (array) => array.slice() as typeof array

/** Goes through the bytes of texts and counts terms, in compiled code with a memory of its own (`kernel/terms.as`). */
export class TermKernel {
  readonly #exports: Exports
  readonly #tokens: TokenKernel
  #bytes: Buffer
  /** The text that was loaded to be split into tokens, and was not counted yet. */
  #ahead: string | undefined
  /** Bytes of the text that was loaded last. */
  #length = 0
  #lines = new Uint32Array(1 << 10)

  /** `learn` answers the terms of an identifier, in their order, and must not use the kernel. */
  constructor(learn: (identifier: string) => readonly number[]) {
    const host = { learn: (from: number, length: number) => this.#put(learn(this.#memory().toString('utf8', from, from + length))) }
    const word = (from: number, to: number) => this.#tokens.word(from, to)
    const name = (of: number) => this.#tokens.references.name(of)
    const imports = { host: { ...host, word, name }, env: { abort: () => undefined } }
    this.#exports = new WebAssembly.Instance((compiled ??= new WebAssembly.Module(readFileSync(file))), imports).exports as Exports
    this.#tokens = new TokenKernel(this.#exports)
    this.#bytes = Buffer.from(this.#exports.memory.buffer)
    const chance = () => randomInt(2 ** 32)
    this.#exports.begin(chance(), chance(), chance(), chance())
  }

  /** Takes a text, whose runs are counted next; nothing is to be done where it was loaded ahead. */
  load(text: string): void {
    const isLoaded = text === this.#ahead
    this.#ahead = undefined
    if (!isLoaded) this.#take(text)
  }

  /** Takes a text ahead, and answers what splits it into tokens; undefined where it holds characters beyond ASCII, whose places are others here. */
  loadAhead(text: string): Tokeniser | undefined {
    this.#take(text)
    this.#ahead = text
    return this.#length === text.length ? this.#tokens : undefined
  }

  /** Counts the terms of a short text, while another one that was loaded ahead waits. */
  countAside(documents: Documents, text: string): void {
    if (text === '') return
    const { exchangeTexts, countRuns } = this.#exports
    const length = this.#length
    exchangeTexts()
    this.#take(text)
    countRuns(documents, everything)
    exchangeTexts()
    this.#length = length
  }

  #take(text: string): void {
    const place = this.#exports.roomForText(text.length * 3)
    this.#length = this.#memory().write(text, place)
    this.#exports.findRuns(this.#length)
  }

  /** The lines of the text that was loaded last; the next call overwrites them. */
  lines(): TextLines {
    const { memory, startsOfLines, countOfLines } = this.#exports
    const count = countOfLines()
    if (count > this.#lines.length) this.#lines = new Uint32Array(count * 2)
    this.#lines.set(new Uint32Array(memory.buffer, startsOfLines(), count))
    return { starts: this.#lines, count: this.#lines[count - 1] === this.#length ? count - 1 : count, bytes: this.#length }
  }

  /** References of the text that was loaded ahead, and of runs of files. */
  get references(): ReferenceKernel {
    return this.#tokens.references
  }

  documents(): Documents {
    return this.#exports.newDocuments()
  }

  /** Counts the terms of the loaded text that were not counted yet and begin before a byte. */
  count(documents: Documents, to: number): void {
    this.#exports.countRuns(documents, to)
  }

  /** Ends a document, which is a part of a whole. */
  end(documents: Documents, whole: number): void {
    this.#exports.endDocument(documents, whole)
  }

  /** How many documents there are since they were last taken. */
  size(documents: Documents): number {
    return this.#exports.countOfDocuments(documents)
  }

  /** The documents since the last call, in arrays of their own, or such as `keep` makes of what it is shown. */
  take(documents: Documents, keep: KeepArray = copied): TermRows {
    const { memory, invertDocuments, headsOfRows, countBitsOfRows, largeOfRows, countOfLarge, dropDocuments } = this.#exports
    const rows = invertDocuments(documents)
    const taken: TermRows = {
      heads: keep(new Uint32Array(memory.buffer, headsOfRows(documents), rows * headNumbers)),
      entries: keep(this.#entries(documents)),
      countBits: countBitsOfRows(),
      large: keep(new Uint32Array(memory.buffer, largeOfRows(documents), countOfLarge(documents) * 2)),
      lengths: this.#lengths(documents),
    }
    dropDocuments(documents)
    return taken
  }

  #entries(documents: Documents): Uint16Array | Uint32Array {
    const { memory, entriesOfRows, countOfEntries, countBitsOfRows } = this.#exports
    const kind = countBitsOfRows() === wideCountBits ? Uint32Array : Uint16Array
    return new kind(memory.buffer, entriesOfRows(documents), countOfEntries(documents))
  }

  #lengths(documents: Documents): Uint32Array {
    const { memory, endsOfDocuments } = this.#exports
    const ends = new Uint32Array(memory.buffer, endsOfDocuments(documents), this.size(documents) * endNumbers)
    return Uint32Array.from({ length: ends.length / endNumbers }, (_, at) => ends[at * endNumbers + 1] ?? 0)
  }

  #put(terms: readonly number[]): number {
    const place = this.#exports.termRoom(terms.length)
    new Uint32Array(this.#exports.memory.buffer, place, terms.length).set(terms)
    return terms.length
  }

  /** The memory as it is now: when it grows, views of it end. */
  #memory(): Buffer {
    if (this.#bytes.buffer !== this.#exports.memory.buffer) this.#bytes = Buffer.from(this.#exports.memory.buffer)
    return this.#bytes
  }
}
