/** Documents one after the other, each with its distinct terms and how often it holds them. */
export interface DocumentTerms {
  /**
   * A term in the lower 24 bits, how often the document holds it in the upper 8: while an index is built, nothing takes more memory. A 0
   * there stands for 255 more of a term that has its entry before, in the same document.
   */
  readonly entries: Int32Array<ArrayBuffer>
  /** Where the entries of each document end. */
  readonly ends: Uint32Array<ArrayBuffer>
  /** Tokens of each document. */
  readonly lengths: Uint32Array<ArrayBuffer>
}

export const termMask = 0xffffff
export const countShift = 24
export const fullCount = 0xff
const once = 1 << countShift

/** Counts the terms of documents, one after the other. */
export class DocumentCollector {
  #entries = new Int32Array(1 << 10)
  #ends = new Uint32Array(1 << 6)
  #lengths = new Uint32Array(1 << 6)
  #documents = 0
  #used = 0
  #length = 0
  /** For each term, side by side: the document that it was met in last, and where it stands within that one. */
  #met = new Uint32Array(1 << 13)
  /** Numbers documents from 1 on, through all that is taken. */
  #stamp = 1

  get documents(): number {
    return this.#documents
  }

  /** Counts a term in the document under way. Throws a RangeError on a number that does not fit. */
  add(term: number): void {
    const known = term * 2
    if (known >= this.#met.length) this.#met = larger(this.#met, known + 1)
    if (this.#used === this.#entries.length) this.#entries = grown(this.#entries)
    this.#length += 1
    if (this.#met[known] === this.#stamp) this.#again(term, this.#met[known + 1] as number)
    else {
      if (term > termMask) throw new RangeError('There are more distinct terms than an index can number.')
      this.#met[known] = this.#stamp
      this.#met[known + 1] = this.#used
      this.#entries[this.#used++] = term | once
    }
  }

  #again(term: number, place: number): void {
    const entry = this.#entries[place] as number
    if (entry >>> countShift < fullCount) this.#entries[place] = entry + once
    else {
      this.#entries[place] = term | once
      this.#entries[this.#used++] = term
    }
  }

  endDocument(): void {
    if (this.#documents === this.#ends.length) {
      this.#ends = larger(this.#ends, 0)
      this.#lengths = larger(this.#lengths, 0)
    }
    this.#ends[this.#documents] = this.#used
    this.#lengths[this.#documents++] = this.#length
    this.#length = 0
    this.#nextStamp()
  }

  /** The documents since the last call, in arrays of their own. */
  take(): DocumentTerms {
    const taken = {
      entries: this.#entries.slice(0, this.#ends[this.#documents - 1] ?? 0),
      ends: this.#ends.slice(0, this.#documents),
      lengths: this.#lengths.slice(0, this.#documents),
    }
    this.#used = this.#documents = this.#length = 0
    this.#nextStamp()
    return taken
  }

  #nextStamp(): void {
    this.#stamp += 1
    if (this.#stamp < 0xffffffff) return
    this.#met.fill(0)
    this.#stamp = 1
  }
}

function grown(entries: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(entries.length * 2)
  copy.set(entries)
  return copy
}

function larger(array: Uint32Array<ArrayBuffer>, atLeast: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.max(array.length * 2, atLeast + 1))
  copy.set(array)
  return copy
}
