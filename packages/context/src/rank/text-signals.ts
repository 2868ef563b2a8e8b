import type { QueryTerm } from '../lexical/bm25.ts'
import type { TextIndex } from '../lexical/text-index.ts'

/** What the second and third best chunk of a file add to its best one. */
const secondShare = 0.5
const thirdShare = 0.25

export interface ChunkSignals {
  /** Of each chunk. */
  readonly scores: Float32Array
  /** The best chunk of each file. */
  readonly best: Float32Array
  /** The best three of each file together. */
  readonly bestThree: Float32Array
}

/** How well the words of a query stand together in each file. */
export function chunkSignals({ chunks, body, firstChunks }: TextIndex, terms: readonly QueryTerm[]): ChunkSignals {
  const scores = chunks.score(terms)
  const best = new Float32Array(body.documents)
  const bestThree = new Float32Array(body.documents)
  for (let file = 0; file < best.length; file += 1) {
    let first = 0
    let second = 0
    let third = 0
    for (let chunk = firstChunks[file] ?? 0, end = firstChunks[file + 1] ?? 0; chunk < end; chunk += 1) {
      const score = scores[chunk] ?? 0
      if (score > first) [third, second, first] = [second, first, score]
      else if (score > second) [third, second] = [second, score]
      else if (score > third) third = score
    }
    best[file] = first
    bestThree[file] = first + secondShare * second + thirdShare * third
  }
  return { scores, best, bestThree }
}
