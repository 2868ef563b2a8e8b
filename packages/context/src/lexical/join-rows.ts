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
    placeRun(run, first, documents, undefined)
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
    placeRun(run, first, parts, { writer: joined, of: wholes.of })
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

interface WholeWriter {
  readonly writer: PostingsWriter
  readonly of: Uint32Array
}

/** Each row of a run stays together, so that most of what is written lies side by side. */
function placeRun({ heads, bytes }: TermRows, first: number, to: PostingsWriter, wholes: WholeWriter | undefined): void {
  const { entries, next } = to
  let at = 0
  for (let head = 0; head < heads.length; head += headNumbers) {
    const term = heads[head] as number
    let place = next[term] as number
    const end = place + (heads[head + 1] as number)
    let document = first
    let whole = -1
    let wholeCount = 0
    while (place < end) {
      let step = bytes[at++] as number
      if (step > 127) {
        step = longNumber(bytes, at, step)
        at = behindLong
      }
      document += step >>> 1
      let count = (step & 1) === 1 ? (bytes[at++] as number) : 1
      if (count > 127) {
        count = longNumber(bytes, at, count)
        at = behindLong
      }
      entries[place] = count < many ? (document << documentShift) | count : to.addMany(place, document, count)
      place += 1
      if (wholes === undefined) continue
      const now = wholes.of[document] as number
      if (now === whole) wholeCount += count
      else {
        if (whole >= 0) wholes.writer.add(term, whole, wholeCount)
        whole = now
        wholeCount = count
      }
    }
    if (whole >= 0) wholes?.writer.add(term, whole, wholeCount)
    next[term] = place
  }
}

/** Where the number ended that was read last. */
let behindLong = 0

/** A number whose first byte says that others follow, from `at` on. */
function longNumber(bytes: Uint8Array, at: number, first: number): number {
  let value = first & 127
  behindLong = at
  for (let shift = 7; ; shift += 7) {
    const more = bytes[behindLong++] as number
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
