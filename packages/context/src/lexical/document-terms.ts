import { GrowingColumn } from './growing-column.ts'

/** Documents one after the other, each with its distinct terms and how often it holds them. */
export interface DocumentTerms {
  readonly terms: Uint32Array<ArrayBuffer>
  readonly counts: Uint32Array<ArrayBuffer>
  /** Where the entries of each document end. */
  readonly ends: Uint32Array<ArrayBuffer>
  /** Tokens of each document. */
  readonly lengths: Uint32Array<ArrayBuffer>
}

/** Counts the terms of documents of some words each, one after the other. */
export class DocumentCollector {
  readonly #terms = new GrowingColumn()
  readonly #counts = new GrowingColumn()
  readonly #ends = new GrowingColumn()
  readonly #lengths = new GrowingColumn()
  readonly #document = new Map<number, number>()

  /** Counts a term in the document under way. */
  add(term: number): void {
    this.#document.set(term, (this.#document.get(term) ?? 0) + 1)
  }

  endDocument(): void {
    let length = 0
    for (const [term, count] of this.#document) {
      this.#terms.push(term)
      this.#counts.push(count)
      length += count
    }
    this.#document.clear()
    this.#ends.push(this.#terms.length)
    this.#lengths.push(length)
  }

  /** The documents since the last call, in arrays of their own. */
  take(): DocumentTerms {
    return { terms: this.#terms.take(), counts: this.#counts.take(), ends: this.#ends.take(), lengths: this.#lengths.take() }
  }
}
