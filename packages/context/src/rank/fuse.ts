import type { FileKind } from '../repository/source-file.ts'
import type { SignalName } from './signals.ts'
import { signalNames } from './signals.ts'

export type SignalWeights = Readonly<Record<SignalName, number>>

/** Found by coordinate ascent on the development repositories of bench/quality; figures in docs/decisions. */
export const defaultWeights: SignalWeights = {
  body: 1.05,
  bestChunk: 0.35,
  bestChunks: 0.4,
  path: 1.25,
  symbols: 0.3,
  definitions: 0.5,
  mentions: 0.25,
  similarChanges: 0.9,
  changeTitles: 0.95,
  activity: 0.15,
}

/** What is left of a file's score by its kind: a task is seldom about tests, texts or what is generated. */
export const kindShares: Readonly<Record<FileKind, number>> = {
  source: 1,
  test: 0.25,
  document: 0.25,
  config: 0.25,
  generated: 0.15,
  vendored: 0.15,
  minified: 0,
  binary: 0,
}

/** `weighted` sums what each signal says, scaled to its highest; `reciprocal-rank` sums 1 / (60 + rank) [COD-04]. */
export type Fusion = 'weighted' | 'reciprocal-rank'

const rankConstant = 60

/** One score per file out of all signals, which are scaled already. */
export function fuse(byFile: Readonly<Record<SignalName, Float32Array>>, weights: SignalWeights, fusion: Fusion): Float32Array {
  const fused = new Float32Array(byFile.body.length)
  for (const name of signalNames) {
    const weight = weights[name]
    if (weight === 0) continue
    const values = fusion === 'weighted' ? byFile[name] : reciprocalRanks(byFile[name])
    for (let file = 0; file < fused.length; file += 1) fused[file] = (fused[file] ?? 0) + weight * (values[file] ?? 0)
  }
  return fused
}

function reciprocalRanks(values: Float32Array): Float32Array {
  const ranked = [...values.keys()]
    .filter((file) => (values[file] ?? 0) > 0)
    .sort((one, other) => (values[other] ?? 0) - (values[one] ?? 0) || one - other)
  const scores = new Float32Array(values.length)
  ranked.forEach((file, rank) => (scores[file] = 1 / (rankConstant + rank + 1)))
  return scores
}
