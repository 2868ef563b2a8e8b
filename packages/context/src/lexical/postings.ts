/** Which documents of one field hold which term how often: compressed sparse rows, one row a term. */
export interface Postings {
  /** Where each term's row begins; one more than there are terms. */
  readonly starts: Uint32Array
  /** A document in the upper 24 bits; in the lower 8 how often it holds the term, or 255 where `manyCounts` says it. */
  readonly entries: Uint32Array
  /** Places of those among `entries` that are held more often, growing, and how often each is. */
  readonly manyPlaces: Uint32Array
  readonly manyCounts: Uint16Array
  /** Tokens of each document. */
  readonly lengths: Uint32Array
}

export const documentShift = 8
export const many = 0xff

/** How often a term is held that is held more than 254 times. */
export function manyCount({ manyPlaces, manyCounts }: Postings, place: number): number {
  let low = 0
  let high = manyPlaces.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((manyPlaces[middle] as number) < place) low = middle + 1
    else high = middle
  }
  return manyCounts[low] ?? many
}
