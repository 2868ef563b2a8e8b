import type { HistoryIndex } from '../history/history-index.ts'
import { highest } from '../rank/history-signals.ts'
import type { Fusion } from '../rank/fuse.ts'
import { fuse, kindShares } from '../rank/fuse.ts'
import type { RankingProfile } from '../rank/profile.ts'
import { profileFor, withMeaning } from '../rank/profile.ts'
import { readQuery } from '../rank/query.ts'
import type { Signals } from '../rank/signals.ts'
import type { SemanticEvidence } from '../semantic/tree-semantics.ts'
import { readSignals } from '../rank/signals.ts'
import type { CodeModel } from './code-model.ts'
import { isWithin } from './place-within.ts'

export interface RankOptions {
  readonly most: number
  readonly under?: string | undefined
  readonly fusion?: Fusion | undefined
  /** What is near by meaning, where that is known. */
  readonly semantic?: SemanticEvidence | undefined
}

export interface RankedFiles {
  /** Numbers of files, best first; ties in the order of paths. */
  readonly files: readonly number[]
  readonly scores: Float32Array
  readonly signals: Signals
  /** How it was ranked. */
  readonly profile: RankingProfile
}

/** Ranks the files of a tree by how likely a task is about them. */
export function rankFiles(model: CodeModel, history: HistoryIndex | undefined, task: string, options: RankOptions): RankedFiles {
  const { text, symbols, names } = model
  const inputs = { files: model.files.length, text, symbols, names, history }
  const { semantic } = options
  const signals = readSignals(inputs, readQuery(task), semantic?.nearness)
  const known = profileFor(history)
  const profile = semantic === undefined ? known : { ...known, weights: withMeaning(known.weights, semantic.weights, semantic.covered) }
  const scores = fuse(signals.byFile, profile.weights, options.fusion ?? 'weighted', sharesOf(model, options.under ?? ''))
  return { files: inPathOrder(model, highest(scores, options.most), scores), scores, signals, profile }
}

/** What is left of the score of each file by its kind; nothing of those outside of `under`. */
function sharesOf(model: CodeModel, under: string): Float32Array {
  const known = shares.get(model) ?? Float32Array.from(model.files, ({ kind }) => kindShares[kind])
  shares.set(model, known)
  const within = isWithin(under)
  return within === null ? known : known.map((share, file) => (within(model.files[file]?.path ?? '') ? share : 0))
}

const shares = new WeakMap<CodeModel, Float32Array>()

function inPathOrder({ files }: CodeModel, ranked: readonly number[], scores: Float32Array): readonly number[] {
  const pathOf = (file: number) => files[file]?.path ?? ''
  return [...ranked].sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0) || (pathOf(one) < pathOf(other) ? -1 : 1))
}
