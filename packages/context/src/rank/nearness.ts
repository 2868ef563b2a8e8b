import type { TextIndex } from '../lexical/text-index.ts'

/** How near chunks and files are to a query by meaning, from 0 to 1. */
export interface Nearness {
  readonly chunks: Float32Array
  readonly files: Float32Array
}

/** Files beyond this rank are no nearer than any other. */
const mostNear = 100

/**
 * Makes cosines comparable with the other signals. Models differ in what they call near, and to most of them everything is
 * somewhat near to everything: what is nearest counts 1, and the file of rank 100, or an average one where there are fewer, 0.
 */
export function nearness(
  cosines: Float32Array,
  { fileOfChunk, body }: Pick<TextIndex, 'fileOfChunk'> & { readonly body: { readonly documents: number } },
): Nearness {
  const best = new Float32Array(body.documents).fill(-2)
  cosines.forEach((cosine, chunk) => {
    const file = fileOfChunk[chunk] ?? 0
    if (cosine > (best[file] ?? 0)) best[file] = cosine
  })
  const known = best
    .filter((cosine) => cosine >= -1)
    .sort()
    .reverse()
  const [highest] = known
  if (highest === undefined) return { chunks: new Float32Array(cosines.length), files: new Float32Array(best.length) }
  const mean = known.reduce((sum, cosine) => sum + cosine, 0) / known.length
  const floor = Math.max(mean, known[mostNear - 1] ?? -1)
  const span = highest - floor
  const scaled = (cosine: number) => (span <= 1e-6 ? 0 : Math.max(0, Math.min(1, (cosine - floor) / span)))
  return { chunks: cosines.map(scaled), files: best.map(scaled) }
}
