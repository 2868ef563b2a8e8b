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

/**
 * The same, and the postings of the wholes that the documents are parts of. The list is emptied; `onPlaced` is called when all runs can be let go of,
 * before there are postings of wholes.
 */
export function joinRowsOfParts(
  runs: TermRows[],
  terms: number,
  wholes: Wholes,
  onPlaced?: () => void,
): { readonly parts: Postings; readonly wholes: Postings } {
  const lengths = lengthsOf(runs)
  const parts = new PostingsWriter(heldBy(runs, terms, 1))
  const held = heldBy(runs, terms, 2)
  let first = 0
  runs.reverse()
  for (let run = runs.pop(); run !== undefined; run = runs.pop()) {
    placeRun(run, first, parts)
    first += run.lengths.length
  }
  onPlaced?.()
  const joinedLengths = new Uint32Array(wholes.count)
  for (let part = 0; part < lengths.length; part += 1) {
    const whole = wholes.of[part] as number
    joinedLengths[whole] = (joinedLengths[whole] as number) + (lengths[part] as number)
  }
  return { parts: parts.finish(lengths), wholes: joinParts(parts, wholes.of, held).finish(joinedLengths) }
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
function placeRun({ heads, entries: from, countBits, large }: TermRows, first: number, to: PostingsWriter): void {
  const { entries, next } = to
  const escape = (1 << countBits) - 1
  const largeAt = largeCounts(large)
  let at = 0
  for (let head = 0; head < heads.length; head += headNumbers) {
    const term = heads[head] as number
    let place = next[term] as number
    for (const end = place + (heads[head + 1] as number); place < end; place += 1) {
      const entry = from[at] as number
      const short = entry & escape
      const count = short === escape ? (largeAt.get(at) as number) : short
      const document = first + (entry >>> countBits)
      entries[place] = count < many ? (document << documentShift) | count : to.addMany(place, document, count)
      at += 1
    }
    next[term] = place
  }
}

/** Of parts that follow each other in a row, those of one whole are one entry there. */
function joinParts(parts: PostingsWriter, wholeOf: Uint32Array, held: Uint32Array): PostingsWriter {
  const to = new PostingsWriter(held)
  const { starts, entries } = parts
  const { starts: joinedStarts, entries: joined } = to
  for (let term = 0; term < held.length; term += 1) {
    let place = (joinedStarts[term] as number) - 1
    let last = -1
    let sum = 0
    for (let at = starts[term] as number, end = starts[term + 1] as number; at < end; at += 1) {
      const entry = entries[at] as number
      const short = entry & many
      const whole = wholeOf[entry >>> documentShift] as number
      // Reckoned, not asked, since it is hard to foretell: wholes grow, so that the sign tells a new one.
      const isNew = (last - whole) >>> 31
      sum = (sum & (isNew - 1)) + (short === many ? parts.manyAt(at) : short)
      place += isNew
      joined[place] = sum < many ? (whole << documentShift) | sum : to.addMany(place, whole, sum)
      last = whole
    }
  }
  return to
}

const none: ReadonlyMap<number, number> = new Map()

/** Few runs have any. */
function largeCounts(large: Uint32Array): ReadonlyMap<number, number> {
  if (large.length === 0) return none
  return new Map(Array.from({ length: large.length / 2 }, (_, at) => [large[at * 2] as number, large[at * 2 + 1] as number]))
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
