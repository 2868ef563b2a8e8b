import type { HistoryIndex } from '../history/history-index.ts'
import type { SignalName } from './signals.ts'

export type SignalWeights = Readonly<Record<SignalName, number>>

/** Of a logistic regression on the logarithm of the rank, the fused score and its ratio to the best. */
export interface Calibration {
  readonly constant: number
  readonly logRank: number
  readonly score: number
  readonly ratio: number
}

/** How signals are weighed, and what their sum says of the probability that a file is meant. */
export interface RankingProfile {
  readonly weights: SignalWeights
  readonly calibration: Calibration
}

/** Weights by coordinate ascent, calibration by regression, both on the development repositories of bench/quality: docs/decisions/0022. */
const withHistory: RankingProfile = {
  weights: {
    body: 1.3,
    bestChunk: 0.2,
    bestChunks: 0.4,
    path: 1.25,
    symbols: 0.3,
    compounds: 0.8,
    definitions: 0.5,
    mentions: 0.25,
    similarChanges: 0.9,
    changeTitles: 0.85,
    activity: 0.275,
    size: 0,
    semantic: 0,
  },
  calibration: { constant: -5.253, logRank: -0.379, score: 0.519, ratio: 3.179 },
}

/** Found in the same way where nothing is known of the past: docs/decisions/0026. */
const withoutHistory: RankingProfile = {
  weights: {
    body: 0.75,
    bestChunk: 0.6,
    bestChunks: 0.4,
    path: 0.8,
    symbols: 0,
    compounds: 0.2,
    definitions: 0.35,
    mentions: 0.15,
    similarChanges: 0,
    changeTitles: 0,
    activity: 0,
    size: 0.9,
    semantic: 0,
  },
  calibration: { constant: -5.493, logRank: -0.648, score: 0.86, ratio: 3.182 },
}

/** So many past changes are trusted in full; fewer in proportion, since a short past leads astray: docs/decisions/0026. */
const trustedChanges = 1000

/** How a tree is ranked with what is known of its past: a shallow clone, or a directory without git, leans on its texts. */
export function profileFor(history: HistoryIndex | undefined): RankingProfile {
  const trust = Math.min(1, (history?.messages.documents ?? 0) / trustedChanges)
  if (trust === 1) return withHistory
  return {
    weights: between(withoutHistory.weights, withHistory.weights, trust),
    calibration: between(withoutHistory.calibration, withHistory.calibration, trust),
  }
}

/**
 * The same where it is known what is near by meaning. What BM25 says of the texts and what embeddings say count as they are
 * configured [CFG-03: 0.5 each], half of it each leaving the words as they are; in proportion to how much of the tree has vectors.
 */
export function withMeaning(
  weights: SignalWeights,
  share: { readonly bm25: number; readonly semantic: number },
  covered: number,
): SignalWeights {
  const words = 2 * (share.bm25 * covered + 0.5 * (1 - covered))
  const { body, bestChunk, bestChunks } = weights
  return {
    ...weights,
    body: body * words,
    bestChunk: bestChunk * words,
    bestChunks: bestChunks * words,
    semantic: 2 * share.semantic * covered * (body + bestChunk + bestChunks),
  }
}

function between<T extends Readonly<Record<keyof T, number>>>(from: T, to: T, share: number): T {
  const names = Object.keys(from) as (keyof T)[]
  return Object.fromEntries(names.map((name) => [name, from[name] * (1 - share) + to[name] * share])) as unknown as T
}
