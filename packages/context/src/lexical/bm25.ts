/** A term of the query by its number in the vocabulary. */
export interface QueryTerm {
  readonly term: number
  /** 1 for a plain word. */
  readonly weight: number
}

/** Robertson and Zaragoza 2009: `k1` says how soon repeats stop to count, `b` how much length counts. */
export interface Bm25Options {
  readonly k1: number
  readonly b: number
}

export const bm25Defaults: Bm25Options = { k1: 1.2, b: 0.75 }
