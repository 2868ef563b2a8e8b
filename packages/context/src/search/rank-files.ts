import type { HistoryIndex } from '../history/history-index.ts'
import { highest } from '../rank/history-signals.ts'
import type { Fusion, SignalWeights } from '../rank/fuse.ts'
import { defaultWeights, fuse, kindShares } from '../rank/fuse.ts'
import { readQuery } from '../rank/query.ts'
import type { Signals } from '../rank/signals.ts'
import { readSignals, signalNames } from '../rank/signals.ts'
import type { CodeModel } from './code-model.ts'

export interface RankOptions {
  readonly most: number
  readonly under?: string | undefined
  readonly fusion?: Fusion | undefined
  readonly weights?: SignalWeights | undefined
}

export interface RankedFiles {
  /** Numbers of files, best first; ties in the order of paths. */
  readonly files: readonly number[]
  readonly scores: Float32Array
  readonly signals: Signals
}

/** Ranks the files of a tree by how likely a task is about them. */
export function rankFiles(model: CodeModel, history: HistoryIndex | undefined, task: string, options: RankOptions): RankedFiles {
  const { text, symbols, names } = model
  const inputs = { files: model.files.length, text, symbols, names, history }
  const signals = readSignals(inputs, readQuery(task))
  const scores = fuse(signals.byFile, options.weights ?? defaultWeights, options.fusion ?? 'weighted')
  const under = options.under ?? ''
  for (let file = 0; file < scores.length; file += 1) {
    const indexed = model.files[file]
    const asked = indexed !== undefined && isFound(signals, file) && (under === '' || indexed.path.startsWith(under))
    scores[file] = asked ? (scores[file] ?? 0) * kindShares[indexed.kind] : 0
  }
  return { files: inPathOrder(model, highest(scores, options.most), scores), scores, signals }
}

/** A file that only was changed often is no answer. */
function isFound({ byFile }: Signals, file: number): boolean {
  for (const name of signalNames) if (name !== 'activity' && (byFile[name][file] ?? 0) > 0) return true
  return false
}

function inPathOrder({ files }: CodeModel, ranked: readonly number[], scores: Float32Array): readonly number[] {
  const pathOf = (file: number) => files[file]?.path ?? ''
  return [...ranked].sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0) || (pathOf(one) < pathOf(other) ? -1 : 1))
}
