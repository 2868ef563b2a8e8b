/** Documents one after the other, each with its distinct terms and how often it holds them. */
export interface DocumentTerms {
  readonly terms: Uint32Array<ArrayBuffer>
  readonly counts: Uint16Array<ArrayBuffer>
  /** Where the terms of each document end. */
  readonly ends: Uint32Array<ArrayBuffer>
  /** Tokens of each document. */
  readonly lengths: Uint32Array<ArrayBuffer>
}

export const mostCount = 0xffff

/** Counts the terms of documents, one after the other. */
export class DocumentCollector {
  #terms = new Uint32Array(1 << 10)
  #counts = new Uint16Array(1 << 10)
  #ends = new Uint32Array(1 << 6)
  #lengths = new Uint32Array(1 << 6)
  #documents = 0
  #used = 0
  #first = 0
  #length = 0
  /** Where the term of a number stands within the document under way, and which document that was said of. */
  #places = new Uint32Array(1 << 12)
  #met = new Uint32Array(1 << 12)
  /** Numbers documents from 1 on for `met`, through all that is taken. */
  #stamp = 1

  get documents(): number {
    return this.#documents
  }

  /** Counts a term in the document under way. */
  add(term: number): void {
    if (term >= this.#met.length) this.#makeRoomForTerm(term)
    this.#length += 1
    if (this.#met[term] === this.#stamp) {
      const place = this.#places[term] as number
      const count = this.#counts[place] as number
      if (count < mostCount) this.#counts[place] = count + 1
      return
    }
    if (this.#used === this.#terms.length) this.#makeRoom()
    this.#met[term] = this.#stamp
    this.#places[term] = this.#used
    this.#terms[this.#used] = term
    this.#counts[this.#used++] = 1
  }

  endDocument(): void {
    if (this.#documents === this.#ends.length) {
      this.#ends = larger(this.#ends, 0)
      this.#lengths = larger(this.#lengths, 0)
    }
    this.#ends[this.#documents] = this.#used
    this.#lengths[this.#documents++] = this.#length
    this.#first = this.#used
    this.#length = 0
    this.#nextStamp()
  }

  /** The documents since the last call, in arrays of their own. */
  take(): DocumentTerms {
    const taken = {
      terms: this.#terms.slice(0, this.#first),
      counts: this.#counts.slice(0, this.#first),
      ends: this.#ends.slice(0, this.#documents),
      lengths: this.#lengths.slice(0, this.#documents),
    }
    this.#used = this.#first = this.#documents = this.#length = 0
    this.#nextStamp()
    return taken
  }

  #nextStamp(): void {
    this.#stamp += 1
    if (this.#stamp < 0xffffffff) return
    this.#met.fill(0)
    this.#stamp = 1
  }

  #makeRoom(): void {
    this.#terms = larger(this.#terms, 0)
    const counts = new Uint16Array(this.#terms.length)
    counts.set(this.#counts)
    this.#counts = counts
  }

  #makeRoomForTerm(term: number): void {
    this.#met = larger(this.#met, term)
    this.#places = larger(this.#places, term)
  }
}

function larger(array: Uint32Array<ArrayBuffer>, atLeast: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.max(array.length * 2, atLeast + 1))
  copy.set(array)
  return copy
}
