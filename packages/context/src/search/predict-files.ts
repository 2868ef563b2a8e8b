import type { HistoryIndex } from '../history/history-index.ts'
import type { Calibration } from '../rank/profile.ts'
import type { CodeModel } from './code-model.ts'
import type { FilePrediction } from './code-search.ts'
import { rankFiles } from './rank-files.ts'

const lowest = 0.02
const defaultTop = 20

/** The files that a task will probably touch, likeliest first. */
export function predictFiles(
  model: CodeModel,
  history: HistoryIndex | undefined,
  task: string,
  top = defaultTop,
): readonly FilePrediction[] {
  const { files, scores, profile } = rankFiles(model, history, task, { most: top })
  const best = scores[files[0] ?? -1] ?? 0
  const predictions = files.map((file, rank) => ({
    path: model.files[file]?.path ?? '',
    probability: probabilityOf(profile.calibration, rank, scores[file] ?? 0, best),
  }))
  return predictions.filter(({ probability }) => probability >= lowest)
}

/** The probability that a task touches the file of a rank (from 0), given its fused score and that of the best. */
export function probabilityOf(
  { constant, logRank, score: ofScore, ratio }: Calibration,
  rank: number,
  score: number,
  best: number,
): number {
  const logit = constant + logRank * Math.log(rank + 1) + ofScore * score + ratio * (score / best)
  return Math.round(1000 / (1 + Math.exp(-logit))) / 1000
}
