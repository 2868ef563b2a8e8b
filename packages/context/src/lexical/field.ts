import type { Bm25Options, QueryTerm } from './bm25.ts'
import { bm25Defaults } from './bm25.ts'
import { documentShift, many, manyCount, type Postings } from './postings.ts'

/** Postings with the documents among them that were replaced since. */
export interface Segment {
  readonly postings: Postings
  /** 1 for each document that is gone; absent where none is. */
  readonly gone?: Uint8Array
}

/** One searchable field: a large segment and the small ones of later changes. Their documents are numbered through. */
export class Field {
  readonly #segments: readonly Segment[]
  readonly #firsts: readonly number[]
  readonly documents: number
  readonly #live: number
  readonly #averageLength: number

  constructor(segments: readonly Segment[]) {
    let documents = 0
    let live = 0
    let tokens = 0
    const firsts: number[] = []
    for (const { postings, gone } of segments) {
      firsts.push(documents)
      documents += postings.lengths.length
      for (let document = 0; document < postings.lengths.length; document += 1) {
        if (gone?.[document] === 1) continue
        live += 1
        tokens += postings.lengths[document] ?? 0
      }
    }
    this.#segments = segments
    this.#firsts = firsts
    this.documents = documents
    this.#live = live
    this.#averageLength = tokens / Math.max(1, live)
  }

  /** Tokens of each document. */
  lengths(): Uint32Array {
    const lengths = new Uint32Array(this.documents)
    this.#segments.forEach(({ postings }, at) => lengths.set(postings.lengths, this.#firsts[at]))
    return lengths
  }

  /** How telling a term is: ln(1 + (N - n + 0.5) / (n + 0.5)), never negative; 0 where no document holds it. */
  inverseDocumentFrequency(term: number): number {
    let holding = 0
    for (const { postings, gone } of this.#segments) holding += countHolding(postings, gone, term)
    return holding === 0 ? 0 : Math.log(1 + (this.#live - holding + 0.5) / (holding + 0.5))
  }

  /** BM25 of each document, as one place per document; `into` is used where it is given, and must be zero. */
  score(terms: readonly QueryTerm[], options: Bm25Options = bm25Defaults, into = new Float32Array(this.documents)): Float32Array {
    for (const { term, weight } of terms) {
      const gain = this.inverseDocumentFrequency(term) * weight
      if (gain > 0)
        this.#segments.forEach((segment, at) => this.#add(segment, this.#firsts[at] ?? 0, { term, weight: gain }, options, into))
    }
    return into
  }

  #add({ postings, gone }: Segment, first: number, { term, weight }: QueryTerm, { k1, b }: Bm25Options, into: Float32Array): void {
    const { starts, entries, lengths } = postings
    const gain = weight * (k1 + 1)
    const floor = k1 * (1 - b)
    const slope = (k1 * b) / Math.max(this.#averageLength, 1e-9)
    const end = starts[term + 1] ?? 0
    for (let index = starts[term] ?? 0; index < end; index += 1) {
      const entry = entries[index] ?? 0
      const document = entry >>> documentShift
      if (gone?.[document] === 1) continue
      const short = entry & many
      const count = short === many ? manyCount(postings, index) : short
      const place = first + document
      into[place] = (into[place] ?? 0) + (gain * count) / (count + floor + slope * (lengths[document] ?? 0))
    }
  }
}

function countHolding({ starts, entries }: Postings, gone: Uint8Array | undefined, term: number): number {
  const start = starts[term] ?? 0
  const end = starts[term + 1] ?? 0
  if (end <= start) return 0
  if (gone === undefined) return end - start
  let holding = 0
  for (let index = start; index < end; index += 1) if (gone[(entries[index] ?? 0) >>> documentShift] !== 1) holding += 1
  return holding
}
