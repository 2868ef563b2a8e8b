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
export function chunkSignals({ chunks, body, fileOfChunk }: TextIndex, terms: readonly QueryTerm[]): ChunkSignals {
  const scores = chunks.score(terms)
  const best = new Float32Array(body.documents)
  const second = new Float32Array(body.documents)
  const third = new Float32Array(body.documents)
  for (let chunk = 0; chunk < scores.length; chunk += 1) {
    const score = scores[chunk] ?? 0
    if (score > 0) insert(score, fileOfChunk[chunk] ?? 0, best, second, third)
  }
  for (let file = 0; file < best.length; file += 1) {
    third[file] = (best[file] ?? 0) + secondShare * (second[file] ?? 0) + thirdShare * (third[file] ?? 0)
  }
  return { scores, best, bestThree: third }
}

/** Tokens of a file that counts as small: below that, size says nothing, since a version or a list of exports is changed as often as a page of code. */
const smallFile = 100

/** How large each file is: ln(1 + tokens) / 10. More is changed in large files, which is what is left to lean on where nothing is known of the past. */
export function sizes(text: Pick<TextIndex, 'body'>): Float32Array {
  const known = sizesOf.get(text) ?? Float32Array.from(text.body.lengths(), (tokens) => Math.log1p(Math.max(tokens, smallFile)) / 10)
  sizesOf.set(text, known)
  return known
}

const sizesOf = new WeakMap<Pick<TextIndex, 'body'>, Float32Array>()

/** Keeps the three best scores of a file. */
function insert(score: number, file: number, best: Float32Array, second: Float32Array, third: Float32Array): void {
  if (score <= (third[file] ?? 0)) return
  if (score <= (second[file] ?? 0)) {
    third[file] = score
    return
  }
  third[file] = second[file] ?? 0
  if (score <= (best[file] ?? 0)) {
    second[file] = score
    return
  }
  second[file] = best[file] ?? 0
  best[file] = score
}
