import type { HistoryIndex } from '../history/history-index.ts'
import type { CodeModel } from './code-model.ts'
import { explain } from './explain.ts'
import type { RankedFiles } from './rank-files.ts'
import { rankFiles } from './rank-files.ts'
import type { SearchHit, SearchOptions } from './search-hit.ts'

const defaultTop = 20
/** Places of one file in an answer that is not by files. */
const mostPlaces = 3
/** A later place of a file counts as much of the file's score as it is as good as the file's best place, to this power. */
const placePower = 1.5

/** Answers a query from one tree: the best files, each with its best places. */
export function searchTree(
  model: CodeModel,
  history: HistoryIndex | undefined,
  query: string,
  options: SearchOptions = {},
): readonly SearchHit[] {
  const most = options.top ?? defaultTop
  const ranked = rankFiles(model, history, query, { most, under: options.under, fusion: options.fusion, semantic: options.semantic })
  const places = ranked.files.flatMap((file) => placesOf(model, ranked, file, options.files === true ? 1 : mostPlaces))
  const hits = places.sort(
    (one, other) => other.score - one.score || (one.path < other.path ? -1 : one.path > other.path ? 1 : one.startLine - other.startLine),
  )
  return hits.slice(0, most)
}

function placesOf(model: CodeModel, ranked: RankedFiles, file: number, most: number): SearchHit[] {
  const { firstChunks } = model.text
  const first = firstChunks[file] ?? 0
  const scoreOf = (chunk: number) => ranked.signals.chunks[chunk] ?? 0
  const chunks = Array.from({ length: (firstChunks[file + 1] ?? first) - first }, (_, at) => first + at).sort(
    (one, other) => scoreOf(other) - scoreOf(one) || one - other,
  )
  const best = scoreOf(chunks[0] ?? -1)
  const why = explain(ranked.signals, ranked.profile.weights, file)
  const found = chunks.slice(0, most).filter((chunk, at) => at === 0 || scoreOf(chunk) > best / 2)
  const whole = ranked.scores[file] ?? 0
  if (found.length === 0) return [{ ...describe(model, file), startLine: 1, endLine: 1, symbol: null, score: whole, why }]
  return found.map((chunk) => {
    const { startLine, endLine, symbol } = model.text.placeOf(chunk)
    const score = best === 0 ? whole : whole * (scoreOf(chunk) / best) ** placePower
    return { ...describe(model, file), startLine, endLine, symbol: symbol < 0 ? null : model.symbols.names.textOf(symbol), score, why }
  })
}

function describe({ files }: CodeModel, file: number): Pick<SearchHit, 'path' | 'language'> {
  return { path: files[file]?.path ?? '', language: files[file]?.language ?? null }
}
