import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'

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

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly begin: (seedLow: number, seedHigh: number, factorLow: number, factorHigh: number) => void
  readonly roomForText: (length: number) => number
  readonly findRuns: (length: number) => number
  readonly termRoom: (count: number) => number
  readonly startsOfLines: () => number
  readonly countOfLines: () => number
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
const endNumbers = 3
/** So many bits are left for a count in entries of 32. */
const wideCountBits = 8

/** Goes through the bytes of texts and counts terms, in compiled code with a memory of its own (`kernel/terms.as`). */
export class TermKernel {
  readonly #exports: Exports
  #bytes: Buffer
  /** Bytes of the text that was loaded last. */
  #length = 0
  #lines = new Uint32Array(1 << 10)

  /** `learn` answers the terms of an identifier, in their order, and must not use the kernel. */
  constructor(learn: (identifier: string) => readonly number[]) {
    const host = { learn: (from: number, length: number) => this.#put(learn(this.#memory().toString('utf8', from, from + length))) }
    const imports = { host, env: { abort: () => undefined } }
    this.#exports = new WebAssembly.Instance((compiled ??= new WebAssembly.Module(readFileSync(file))), imports).exports as Exports
    this.#bytes = Buffer.from(this.#exports.memory.buffer)
    const chance = () => randomInt(2 ** 32)
    this.#exports.begin(chance(), chance(), chance(), chance())
  }

  /** Takes a text, whose runs are counted next. */
  load(text: string): void {
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

  /** The documents since the last call, in arrays of their own. */
  take(documents: Documents): TermRows {
    const { invertDocuments, headsOfRows, endsOfDocuments, countBitsOfRows, largeOfRows, countOfLarge, dropDocuments } = this.#exports
    const rows = invertDocuments(documents)
    const ends = this.#copy(endsOfDocuments(documents), this.size(documents) * endNumbers)
    const taken: TermRows = {
      heads: this.#copy(headsOfRows(documents), rows * headNumbers),
      entries: this.#entries(documents),
      countBits: countBitsOfRows(),
      large: this.#copy(largeOfRows(documents), countOfLarge(documents) * 2),
      lengths: Uint32Array.from({ length: ends.length / endNumbers }, (_, at) => ends[at * endNumbers + 1] ?? 0),
    }
    dropDocuments(documents)
    return taken
  }

  #entries(documents: Documents): Uint16Array | Uint32Array {
    const { memory, entriesOfRows, countOfEntries, countBitsOfRows } = this.#exports
    const kind = countBitsOfRows() === wideCountBits ? Uint32Array : Uint16Array
    const first = entriesOfRows(documents)
    return new kind(memory.buffer.slice(first, first + countOfEntries(documents) * kind.BYTES_PER_ELEMENT))
  }

  #put(terms: readonly number[]): number {
    const place = this.#exports.termRoom(terms.length)
    new Uint32Array(this.#exports.memory.buffer, place, terms.length).set(terms)
    return terms.length
  }

  #copy(place: number, numbers: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#exports.memory.buffer.slice(place, place + numbers * 4))
  }

  /** The memory as it is now: when it grows, views of it end. */
  #memory(): Buffer {
    if (this.#bytes.buffer !== this.#exports.memory.buffer) this.#bytes = Buffer.from(this.#exports.memory.buffer)
    return this.#bytes
  }
}
