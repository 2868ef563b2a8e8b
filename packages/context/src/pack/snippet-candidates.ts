import type { HistoryIndex } from '../history/history-index.ts'
import type { CodeModel } from '../search/code-model.ts'
import { explain } from '../search/explain.ts'
import { probabilityOf } from '../search/predict-files.ts'
import type { RankedFiles } from '../search/rank-files.ts'
import { rankFiles } from '../search/rank-files.ts'
import type { SemanticEvidence } from '../semantic/tree-semantics.ts'
import type { PackCandidate } from './context-pack.ts'

/** Files that snippets are taken from. */
const mostFiles = 40
/** How much better a file's good chunks are than its average one: chunk score to this power. */
const chunkPower = 2
/** Chunks of a file that hold no word of the task are this good, beside its best one. */
const chunkFloor = 0.05

/** Places of a tree that a task may be about, each with the probability that it is as its value. */
export interface SnippetCandidate extends PackCandidate {
  /** Probability, for what one more token of it is worth. */
  readonly value: number
}

/** The chunks of the best files, valued by how probable file and chunk are. */
export function snippetCandidates(
  model: CodeModel,
  history: HistoryIndex | undefined,
  task: string,
  semantic: SemanticEvidence | undefined,
): readonly SnippetCandidate[] {
  const ranked = rankFiles(model, history, task, { most: mostFiles, semantic })
  const best = ranked.scores[ranked.files[0] ?? -1] ?? 1
  return ranked.files.flatMap((file, rank) =>
    snippetsOf(model, ranked, file, probabilityOf(ranked.profile.calibration, rank, ranked.scores[file] ?? 0, best)),
  )
}

function snippetsOf(model: CodeModel, ranked: RankedFiles, file: number, probability: number): readonly SnippetCandidate[] {
  const indexed = model.files[file]
  const text = indexed && model.tree.text(indexed)
  if (indexed === undefined || text === undefined) return []
  const { firstChunks } = model.text
  const first = firstChunks[file] ?? 0
  const chunks = Array.from({ length: (firstChunks[file + 1] ?? first) - first }, (_, at) => first + at)
  const scores = chunks.map((chunk) => ranked.signals.chunks[chunk] ?? 0)
  const highest = Math.max(...scores, 1e-9)
  const shares = scores.map((score) => chunkFloor + (score / highest) ** chunkPower)
  const whole = shares.reduce((sum, share) => sum + share, 0)
  const lines = text.split('\n')
  const [why] = explain(ranked.signals, ranked.profile.weights, file)
  return chunks.map((chunk, at) => {
    const { startLine, endLine, symbol } = model.text.placeOf(chunk)
    const within = symbol < 0 ? '' : ` in ${model.symbols.names.textOf(symbol)}`
    const value = (probability * (shares[at] ?? 0)) / whole
    return {
      kind: 'hybrid',
      source: `${indexed.path}:${startLine}-${endLine}`,
      reason: `${Math.round(probability * 100)} % likely to be touched${within}: ${why?.text ?? 'it was found by its words'}`,
      provenance: `search:${why?.signal ?? 'body'}`,
      priority: Math.round(60 + 25 * Math.min(1, value)),
      text: lines.slice(startLine - 1, endLine).join('\n'),
      place: { path: indexed.path, startLine, endLine },
      value,
    }
  })
}
