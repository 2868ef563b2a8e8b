import { documentShift, many, type Postings } from './postings.ts'
import { PostingsWriter } from './postings-writer.ts'
import type { TermRows } from './term-kernel.ts'

/** Which whole each document is part of, through all runs, and how many wholes there are. */
export interface Wholes {
  readonly of: Uint32Array
  readonly count: number
}

const headNumbers = 3

/** The postings that runs of documents make, in their order, over a vocabulary of so many terms. */
export function joinRows(runs: readonly TermRows[], terms: number): Postings {
  const documents = new PostingsWriter(heldBy(runs, terms, 1))
  let first = 0
  for (const run of runs) {
    placeRun(run, first, documents)
    first += run.lengths.length
  }
  return documents.finish(lengthsOf(runs))
}

/** The same, and the postings of the wholes that the documents are parts of. The list is emptied, so that what is joined can be let go of. */
export function joinRowsOfParts(runs: TermRows[], terms: number, wholes: Wholes): { readonly parts: Postings; readonly wholes: Postings } {
  const lengths = lengthsOf(runs)
  const parts = new PostingsWriter(heldBy(runs, terms, 1))
  const joined = new PostingsWriter(heldBy(runs, terms, 2))
  let first = 0
  runs.reverse()
  for (let run = runs.pop(); run !== undefined; run = runs.pop()) {
    placeParts(run, first, parts, joined, wholes.of)
    first += run.lengths.length
  }
  const joinedLengths = new Uint32Array(wholes.count)
  lengths.forEach((length, part) => (joinedLengths[wholes.of[part] ?? 0] = (joinedLengths[wholes.of[part] ?? 0] ?? 0) + length))
  return { parts: parts.finish(lengths), wholes: joined.finish(joinedLengths) }
}

/** How many documents (1) or wholes (2) hold each term. */
function heldBy(runs: readonly TermRows[], terms: number, column: 1 | 2): Uint32Array {
  const holding = new Uint32Array(terms)
  for (const { heads } of runs)
    for (let head = 0; head < heads.length; head += headNumbers) {
      const term = heads[head] as number
      holding[term] = (holding[term] as number) + (heads[head + column] as number)
    }
  return holding
}

/** Each row of a run stays together, so that most of what is written lies side by side. */
function placeRun({ heads, bytes }: TermRows, first: number, to: PostingsWriter): void {
  const { entries, next } = to
  behind = 0
  for (let head = 0; head < heads.length; head += headNumbers) {
    const term = heads[head] as number
    let place = next[term] as number
    let document = first
    for (let left = heads[head + 1] as number; left > 0; left -= 1) {
      const step = nextNumber(bytes)
      const count = (step & 1) === 1 ? nextNumber(bytes) : 1
      document += step >>> 1
      entries[place] = count < many ? (document << documentShift) | count : to.addMany(place, document, count)
      place += 1
    }
    next[term] = place
  }
}

/** The same for parts and wholes at once: of parts that follow each other in a row, those of one whole are one entry there. */
function placeParts({ heads, bytes }: TermRows, first: number, to: PostingsWriter, joined: PostingsWriter, wholeOf: Uint32Array): void {
  const { entries, next } = to
  const { entries: joinedEntries, next: joinedNext } = joined
  behind = 0
  for (let head = 0; head < heads.length; head += headNumbers) {
    const term = heads[head] as number
    let place = next[term] as number
    let joinedPlace = (joinedNext[term] as number) - 1
    let document = first
    let last = -1
    let sum = 0
    for (let left = heads[head + 1] as number; left > 0; left -= 1) {
      const step = nextNumber(bytes)
      const count = (step & 1) === 1 ? nextNumber(bytes) : 1
      document += step >>> 1
      entries[place] = count < many ? (document << documentShift) | count : to.addMany(place, document, count)
      place += 1
      const whole = wholeOf[document] as number
      sum = whole === last ? sum + count : count
      if (whole !== last) joinedPlace += 1
      joinedEntries[joinedPlace] = sum < many ? (whole << documentShift) | sum : joined.addMany(joinedPlace, whole, sum)
      last = whole
    }
    next[term] = place
    joinedNext[term] = joinedPlace + 1
  }
}

/** Where the number ended that was read last. */
let behind = 0

/** The next number of a run's bytes. */
function nextNumber(bytes: Uint8Array): number {
  const first = bytes[behind++] as number
  if (first < 128) return first
  let value = first & 127
  for (let shift = 7; ; shift += 7) {
    const more = bytes[behind++] as number
    value |= (more & 127) << shift
    if (more < 128) return value
  }
}

function lengthsOf(runs: readonly TermRows[]): Uint32Array {
  const lengths = new Uint32Array(runs.reduce((sum, run) => sum + run.lengths.length, 0))
  let at = 0
  for (const run of runs) {
    lengths.set(run.lengths, at)
    at += run.lengths.length
  }
  return lengths
}
