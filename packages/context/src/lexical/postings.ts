import { countShift, type DocumentTerms, fullCount, termMask } from './document-terms.ts'

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

/** Turns documents, in the order of their runs, into rows by counting sort. */
export function invert(runs: readonly DocumentTerms[], terms: number): Postings {
  const starts = rowStarts(runs, terms)
  const used = starts[terms] ?? 0
  const postings = { starts, documents: new Uint32Array(used), counts: new Uint16Array(used), lengths: lengthsOf(runs) }
  const next = starts.slice()
  let first = 0
  for (const run of runs) {
    place(run, first, next, postings)
    first += run.ends.length
  }
  return postings
}

function place(run: DocumentTerms, first: number, next: Uint32Array, { documents, counts }: Postings): void {
  let index = 0
  for (let document = 0; document < run.ends.length; document += 1) {
    for (const end = run.ends[document] as number; index < end; index += 1) {
      const entry = run.entries[index] as number
      const term = entry & termMask
      const count = entry >>> countShift
      const row = next[term] as number
      if (count === 0) counts[row - 1] = Math.min((counts[row - 1] as number) + fullCount, mostCount)
      else {
        next[term] = row + 1
        documents[row] = first + document
        counts[row] = count
      }
    }
  }
}

function rowStarts(runs: readonly DocumentTerms[], terms: number): Uint32Array {
  const starts = new Uint32Array(terms + 1)
  for (const { entries } of runs)
    for (const entry of entries) {
      if (entry >>> countShift > 0) starts[(entry & termMask) + 1] = (starts[(entry & termMask) + 1] as number) + 1
    }
  for (let term = 0; term < terms; term += 1) starts[term + 1] = (starts[term + 1] as number) + (starts[term] as number)
  return starts
}

function lengthsOf(runs: readonly DocumentTerms[]): Uint32Array {
  const lengths = new Uint32Array(runs.reduce((sum, run) => sum + run.lengths.length, 0))
  let at = 0
  for (const run of runs) {
    lengths.set(run.lengths, at)
    at += run.lengths.length
  }
  return lengths
}

/** The postings of whole documents from those of their parts, which lie in the order of the wholes that they belong to. */
export function joinParts(parts: Postings, wholeOf: Uint32Array, wholes: number): Postings {
  const terms = parts.starts.length - 1
  const starts = new Uint32Array(terms + 1)
  const used = countJoined(parts, wholeOf)
  const documents = new Uint32Array(used)
  const counts = new Uint16Array(used)
  let at = -1
  let index = 0
  for (let term = 0; term < terms; term += 1) {
    let last = -1
    for (const end = parts.starts[term + 1] as number; index < end; index += 1) {
      const whole = wholeOf[parts.documents[index] as number] as number
      const count = parts.counts[index] as number
      if (whole !== last) {
        documents[++at] = last = whole
        counts[at] = count
      } else counts[at] = Math.min((counts[at] as number) + count, mostCount)
    }
    starts[term + 1] = at + 1
  }
  const lengths = new Uint32Array(wholes)
  parts.lengths.forEach((length, part) => (lengths[wholeOf[part] ?? 0] = (lengths[wholeOf[part] ?? 0] ?? 0) + length))
  return { starts, documents, counts, lengths }
}

/** Counted first: arrays of the right size from the beginning need no second copy of what may be the largest of them all. */
function countJoined({ starts, documents }: Postings, wholeOf: Uint32Array): number {
  let used = 0
  let index = 0
  for (let term = 0; term + 1 < starts.length; term += 1) {
    let last = -1
    for (const end = starts[term + 1] as number; index < end; index += 1) {
      const whole = wholeOf[documents[index] as number] as number
      if (whole === last) continue
      last = whole
      used += 1
    }
  }
  return used
}
