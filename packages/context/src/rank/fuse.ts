import type { FileKind } from '../repository/source-file.ts'
import type { SignalWeights } from './profile.ts'
import type { SignalName } from './signals.ts'
import { priors, queryEvidence } from './signals.ts'

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

/**
 * One score per file out of all signals, which are scaled already, times the share that is left of each file (0 for those not
 * asked for). A file that nothing of the query speaks for has 0, however often it was changed or large it is.
 */
export function fuse(
  byFile: Readonly<Record<SignalName, Float32Array>>,
  weights: SignalWeights,
  fusion: Fusion,
  shares: Float32Array,
): Float32Array {
  const fused = new Float32Array(byFile.body.length)
  const weigh = (name: SignalName) => (fusion === 'weighted' ? byFile[name] : reciprocalRanks(byFile[name]))
  for (const name of queryEvidence) if (weights[name] > 0) addTo(fused, weigh(name), weights[name])
  const prior = new Float32Array(fused.length)
  for (const name of priors) if (weights[name] > 0) addTo(prior, weigh(name), weights[name])
  for (let file = 0; file < fused.length; file += 1) {
    const evidence = fused[file] ?? 0
    if (evidence > 0) fused[file] = (evidence + (prior[file] ?? 0)) * (shares[file] ?? 0)
  }
  return fused
}

function addTo(sum: Float32Array, values: Float32Array, weight: number): void {
  for (let file = 0; file < sum.length; file += 1) sum[file] = (sum[file] ?? 0) + weight * (values[file] ?? 0)
}

function reciprocalRanks(values: Float32Array): Float32Array {
  const ranked = [...values.keys()]
    .filter((file) => (values[file] ?? 0) > 0)
    .sort((one, other) => (values[other] ?? 0) - (values[one] ?? 0) || one - other)
  const scores = new Float32Array(values.length)
  ranked.forEach((file, rank) => (scores[file] = 1 / (rankConstant + rank + 1)))
  return scores
}
