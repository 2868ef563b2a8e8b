import { documentShift, many, type Postings } from './postings.ts'

const mostCount = 0xffff
const mostDocuments = 1 << (32 - documentShift)

/** Writes postings whose rows grow side by side, each in the order of documents. */
export class PostingsWriter {
  readonly starts: Uint32Array
  readonly entries: Uint32Array
  /** Where the next entry of each row goes. */
  readonly next: Uint32Array
  readonly #many = new Map<number, number>()

  /** How many documents hold each term. */
  constructor(holding: Uint32Array) {
    const starts = new Uint32Array(holding.length + 1)
    let used = 0
    holding.forEach((count, term) => (starts[term + 1] = used += count))
    this.starts = starts
    this.next = starts.slice(0, holding.length)
    this.entries = new Uint32Array(used)
  }

  add(term: number, document: number, count: number): void {
    const place = this.next[term] as number
    this.next[term] = place + 1
    this.entries[place] = count < many ? (document << documentShift) | count : this.addMany(place, document, count)
  }

  /** What stands in the entry of a term that is held too often for it. */
  addMany(place: number, document: number, count: number): number {
    this.#many.set(place, Math.min(count, mostCount))
    return (document << documentShift) | many
  }

  /** How often a term is held whose entry does not say it. */
  manyAt(place: number): number {
    return this.#many.get(place) ?? many
  }

  /** Throws a RangeError where there are more documents than an entry can tell apart. */
  finish(lengths: Uint32Array): Postings {
    if (lengths.length > mostDocuments) throw new RangeError('There are more documents than an index can number.')
    const large = [...this.#many].sort(([one], [other]) => one - other)
    return {
      starts: this.starts,
      entries: this.entries,
      manyPlaces: Uint32Array.from(large, ([place]) => place),
      manyCounts: Uint16Array.from(large, ([, count]) => count),
      lengths,
    }
  }
}
