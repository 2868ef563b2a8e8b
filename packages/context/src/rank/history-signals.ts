import type { HistoryIndex } from '../history/history-index.ts'
import type { QueryTerm } from '../lexical/bm25.ts'

/** Past changes that are looked at. */
const neighbours = 60
/** Commits after which a similar change counts less; half of its weight never goes. */
const lasting = { share: 0.4, commits: 2000 } as const

/** Files that the past changes with the most similar messages touched: squared similarity, shared among the change's files. */
export function similarChanges(
  history: HistoryIndex,
  terms: readonly QueryTerm[],
  files: number,
): { readonly files: Float32Array; readonly commits: readonly number[] } {
  const scores = history.messages.score(terms)
  const commits = highest(scores, neighbours)
  const found = new Float32Array(files)
  for (const commit of commits) {
    const start = history.starts[commit] ?? 0
    const end = history.starts[commit + 1] ?? start
    const age = lasting.share + (1 - lasting.share) * Math.exp(-commit / lasting.commits)
    const share = ((scores[commit] ?? 0) ** 2 * age) / Math.sqrt(end - start)
    for (let index = start; index < end; index += 1) {
      const file = history.files[history.touched[index] ?? 0] ?? -1
      if (file >= 0) found[file] = (found[file] ?? 0) + share
    }
  }
  return { files: found, commits }
}

/** BM25 over the titles of the changes that touched each file. Less for length: a file often changed is often meant. */
export function changeTitles(history: HistoryIndex, terms: readonly QueryTerm[], files: number): Float32Array {
  return byFile(history, history.titles.score(terms, { k1: 1.2, b: 0.5 }), files)
}

function byFile(history: HistoryIndex, byPath: Float32Array, files: number): Float32Array {
  const found = new Float32Array(files)
  for (let path = 0; path < byPath.length; path += 1) {
    const file = history.files[path] ?? -1
    if (file >= 0) found[file] = byPath[path] ?? 0
  }
  return found
}

/** The numbers of the highest scores above 0, highest first, ties by number. */
export function highest(scores: Float32Array, most: number): readonly number[] {
  const kept: number[] = []
  let floor = 0
  for (let index = 0; index < scores.length; index += 1) {
    const score = scores[index] ?? 0
    if (score <= floor) continue
    let place = kept.length
    while (place > 0 && (scores[kept[place - 1] ?? 0] ?? 0) < score) place -= 1
    kept.splice(place, 0, index)
    if (kept.length > most) kept.pop()
    if (kept.length === most) floor = scores[kept[most - 1] ?? 0] ?? 0
  }
  return kept
}
