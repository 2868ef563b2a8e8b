/** Which documents of one field hold which term how often: compressed sparse rows, one row a term. */
export interface Postings {
  /** Where each term's row begins; one more than there are terms. */
  readonly starts: Uint32Array
  readonly documents: Uint32Array
  readonly counts: Uint16Array
  /** Tokens of each document. */
  readonly lengths: Uint32Array
}

const mostCount = 0xffff

/** Collects documents one after the other, then turns them into rows by counting sort. */
export class PostingsBuilder {
  #terms = new Uint32Array(1 << 14)
  #counts = new Uint16Array(1 << 14)
  #used = 0
  readonly #ends: number[] = []
  readonly #lengths: number[] = []
  #seen = new Uint32Array(1 << 12)
  readonly #touched: number[] = []
  #length = 0

  get documents(): number {
    return this.#ends.length
  }

  /** Counts a term in the document under way. */
  add(term: number): void {
    if (term >= this.#seen.length) this.#seen = larger(this.#seen, term, Uint32Array)
    const before = this.#seen[term] ?? 0
    if (before === 0) this.#touched.push(term)
    this.#seen[term] = before + 1
    this.#length += 1
  }

  endDocument(): void {
    const end = this.#used + this.#touched.length
    if (end > this.#terms.length) {
      this.#terms = larger(this.#terms, end, Uint32Array)
      this.#counts = larger(this.#counts, end, Uint16Array)
    }
    for (const term of this.#touched) {
      this.#terms[this.#used] = term
      this.#counts[this.#used] = Math.min(this.#seen[term] ?? 0, mostCount)
      this.#used += 1
      this.#seen[term] = 0
    }
    this.#touched.length = 0
    this.#ends.push(end)
    this.#lengths.push(this.#length)
    this.#length = 0
  }

  /** The rows; the builder is used up. */
  build(terms: number): Postings {
    const starts = this.#rowStarts(terms)
    const documents = new Uint32Array(this.#used)
    const counts = new Uint16Array(this.#used)
    const next = starts.slice()
    let index = 0
    for (let document = 0; document < this.#ends.length; document += 1) {
      for (const end = this.#ends[document] ?? 0; index < end; index += 1) {
        const term = this.#terms[index] ?? 0
        const place = next[term] ?? 0
        next[term] = place + 1
        documents[place] = document
        counts[place] = this.#counts[index] ?? 0
      }
    }
    return { starts, documents, counts, lengths: Uint32Array.from(this.#lengths) }
  }

  #rowStarts(terms: number): Uint32Array {
    const starts = new Uint32Array(terms + 1)
    for (let index = 0; index < this.#used; index += 1) {
      const row = (this.#terms[index] ?? 0) + 1
      starts[row] = (starts[row] ?? 0) + 1
    }
    for (let term = 0; term < terms; term += 1) starts[term + 1] = (starts[term + 1] ?? 0) + (starts[term] ?? 0)
    return starts
  }
}

/** The postings of whole documents from those of their parts, which lie in the order of the wholes that they belong to. */
export function joinParts(parts: Postings, wholeOf: Uint32Array, wholes: number): Postings {
  const terms = parts.starts.length - 1
  const starts = new Uint32Array(terms + 1)
  const documents = new Uint32Array(parts.documents.length)
  const counts = new Uint16Array(parts.documents.length)
  let used = 0
  let index = 0
  for (let term = 0; term < terms; term += 1) {
    const rowStart = used
    for (const end = parts.starts[term + 1] ?? 0; index < end; index += 1) {
      const whole = wholeOf[parts.documents[index] ?? 0] ?? 0
      if (used === rowStart || documents[used - 1] !== whole) documents[used++] = whole
      counts[used - 1] = Math.min((counts[used - 1] ?? 0) + (parts.counts[index] ?? 0), mostCount)
    }
    starts[term + 1] = used
  }
  const lengths = new Uint32Array(wholes)
  parts.lengths.forEach((length, part) => (lengths[wholeOf[part] ?? 0] = (lengths[wholeOf[part] ?? 0] ?? 0) + length))
  return { starts, documents: documents.slice(0, used), counts: counts.slice(0, used), lengths }
}

function larger<T extends Uint16Array | Uint32Array>(array: T, atLeast: number, kind: new (length: number) => T): T {
  const copy = new kind(Math.max(array.length * 2, atLeast + 1))
  copy.set(array)
  return copy
}
