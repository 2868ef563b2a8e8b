import { readCommits, readHead } from '../history/commits.ts'
import type { HistoryIndex } from '../history/history-index.ts'
import { bindHistory, buildHistory } from '../history/history-index.ts'
import type { IndexedTree, RepositoryIndex } from '../indexer/indexed-tree.ts'
import type { CodeModel } from './code-model.ts'
import { adaptModel, buildModel } from './code-model.ts'
import type { SearchStatus } from './code-search.ts'
import { decodeHistory, decodeModel, encodeHistory, encodeModel } from './keep-model.ts'

const modelKey = 'search model'
const historyKey = 'search history'

/** The model of a tree: from the one at hand, else from what was kept, else built and kept. */
export function modelOf(
  index: RepositoryIndex,
  before: CodeModel | undefined,
  tree: IndexedTree,
  signal: AbortSignal,
): { readonly model: CodeModel; readonly from: SearchStatus['from'] } {
  const adapted = before && adaptModel(before.vocabularies, before.base, tree, signal)
  if (adapted) return { model: adapted, from: 'adapted' }
  const bytes = before === undefined ? index.recall(modelKey) : undefined
  const kept = bytes && decodeModel(bytes)
  const model = kept && adaptModel(kept.vocabularies, kept.base, tree, signal)
  if (model) return { model, from: model.files.length === model.base.files.length ? 'kept' : 'adapted' }
  const built = buildModel(tree, signal)
  index.remember(modelKey, encodeModel(built.vocabularies, built.base))
  return { model: built, from: 'built' }
}

export interface HistorySource {
  readonly root: string
  readonly index: RepositoryIndex
  /** Most commits that are read. */
  readonly most: number
  readonly searchPath: string | undefined
}

/** What past changes say of a tree's files: as it was kept for its commit, else read and kept; undefined where there is no history. */
export async function historyOf(
  { root, index, most, searchPath }: HistorySource,
  model: CodeModel,
  signal: AbortSignal,
): Promise<HistoryIndex | undefined> {
  const head = await readHead(root, searchPath, signal)
  if (head === '') return undefined
  const key = `${head} ${most}`
  const bytes = index.recall(historyKey)
  const kept = bytes && decodeHistory(bytes, key)
  if (kept) return bindHistory(kept, model.fileOf)
  const commits = await readCommits(root, { most, searchPath }, signal)
  if (commits.length === 0) return undefined
  const data = buildHistory(commits, (path) => model.fileOf(path) >= 0)
  index.remember(historyKey, encodeHistory(data, key))
  return bindHistory(data, model.fileOf)
}
