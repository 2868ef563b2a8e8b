import type { HistoryIndex } from '../history/history-index.ts'
import type { MapFocus } from '../map/rank-symbols.ts'
import { readQuery } from '../rank/query.ts'
import type { CodeModel } from './code-model.ts'
import type { MapOptions } from './code-search.ts'
import { rankFiles } from './rank-files.ts'

const mostFiles = 30
/** A name that more definitions bear is no mention of one of them. */
const mostMeanings = 5

/** What a map leans to: the files a task ranks high, those already in the context, and the names it mentions. */
export function focusOf(model: CodeModel, history: HistoryIndex | undefined, { focus, paths }: MapOptions): MapFocus {
  const files = new Map<number, number>()
  for (const path of paths ?? []) if (model.fileOf(path) >= 0) files.set(model.fileOf(path), 1)
  if (focus === undefined) return { files }
  const ranked = rankFiles(model, history, focus, { most: mostFiles })
  const best = ranked.scores[ranked.files[0] ?? -1] ?? 1
  for (const file of ranked.files) files.set(file, Math.max(files.get(file) ?? 0, ((ranked.scores[file] ?? 0) / best) ** 2))
  return { files, definitions: mentioned(model, focus) }
}

function mentioned({ symbols }: CodeModel, focus: string): readonly number[] {
  return readQuery(focus).words.flatMap((word) => {
    const rows = symbols.definitionsOf(symbols.names.findText(word))
    return rows.length <= mostMeanings ? [...rows] : []
  })
}
