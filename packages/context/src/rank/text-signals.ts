import type { QueryTerm } from '../lexical/bm25.ts'
import type { TextIndex } from '../lexical/text-index.ts'

/** What the second and third best chunk of a file add to its best one. */
const laterChunks = [1, 0.5, 0.25] as const

/** The best chunk of each file, and the best three together. */
export function chunkSignals(
  text: TextIndex,
  terms: readonly QueryTerm[],
): { readonly scores: Float32Array; readonly best: Float32Array; readonly bestThree: Float32Array } {
  const scores = text.chunks.score(terms)
  const files = text.body.documents
  const best = new Float32Array(files)
  const second = new Float32Array(files)
  const third = new Float32Array(files)
  for (let chunk = 0; chunk < scores.length; chunk += 1) {
    const score = scores[chunk] ?? 0
    if (score === 0) continue
    const file = text.fileOfChunk[chunk] ?? 0
    if (score > (best[file] ?? 0)) {
      third[file] = second[file] ?? 0
      second[file] = best[file] ?? 0
      best[file] = score
    } else if (score > (second[file] ?? 0)) {
      third[file] = second[file] ?? 0
      second[file] = score
    } else if (score > (third[file] ?? 0)) third[file] = score
  }
  const bestThree = best.map(
    (score, file) => laterChunks[0] * score + laterChunks[1] * (second[file] ?? 0) + laterChunks[2] * (third[file] ?? 0),
  )
  return { scores, best, bestThree }
}
