import { readCommits, readHead, type Commit } from '../history/commits.ts'
import type { HistoryData, HistoryIndex } from '../history/history-index.ts'
import { bindHistory, buildHistory } from '../history/history-index.ts'
import type { IndexedTree, RepositoryIndex } from '../indexer/indexed-tree.ts'
import { readHeadFile } from '../repository/read-head.ts'
import type { CodeModel } from './code-model.ts'
import { adaptModel, buildModel, modelOfSegment } from './code-model.ts'
import type { SearchStatus } from './code-search.ts'
import { decodeHistory, decodeModel, encodeHistory, encodeModel } from './keep-model.ts'
import { createModelGatherer, type ModelGatherer } from './model-gatherer.ts'

const modelKey = 'search model'
const historyKey = 'search history'

type KeptModel = NonNullable<ReturnType<typeof decodeModel>>

/** What was kept of a model, to be read while git lists the tree; undefined where there is nothing of use. */
export function recallModel(index: RepositoryIndex): KeptModel | undefined {
  const bytes = index.recall(modelKey)
  return bytes && decodeModel(bytes)
}

/** Fewer files than this are read where they are. */
const fewFiles = 100

/** The model of a tree: from the one at hand, else from what was kept, else out of what was gathered while it was read, else built anew; new ones are kept. */
export async function modelOf(
  index: RepositoryIndex,
  before: CodeModel | KeptModel | undefined,
  tree: IndexedTree,
  gathered: ModelGatherer | undefined,
  signal: AbortSignal,
): Promise<{ readonly model: CodeModel; readonly from: SearchStatus['from'] }> {
  const adapted = before && adaptModel(before.vocabularies, before.base, tree, signal)
  if (adapted) return { model: adapted, from: adapted.files.length === adapted.base.files.length ? 'kept' : 'adapted' }
  const made = gathered?.segment(tree.files) ?? (await segmentOf(index, tree, signal))
  const built = made === undefined ? buildModel(tree, signal) : modelOfSegment(tree, made.vocabularies, made.base)
  index.remember(modelKey, () => encodeModel(built.vocabularies, built.base))
  return { model: built, from: 'built' }
}

async function segmentOf(index: RepositoryIndex, tree: IndexedTree, signal: AbortSignal) {
  if (tree.files.length < fewFiles) return undefined
  const gatherer = createModelGatherer()
  await index.gather(tree, gatherer, signal)
  return gatherer.segment(tree.files)
}

export interface HistorySource {
  readonly root: string
  readonly index: RepositoryIndex
  /** Most commits that are read. */
  readonly most: number
  readonly searchPath: string | undefined
}

/** The history at hand of each index that is open, which the next look at an unchanged commit binds again. */
const latest = new WeakMap<RepositoryIndex, { readonly key: string; readonly data: HistoryData }>()

/** Commits that are being read, and the commit they begin at. */
export interface PastUnderWay {
  readonly head: string
  readonly commits: Promise<readonly Commit[]>
}

/** Begins to read the past, so that git does it while the tree is read; undefined where something was kept, or nothing tells the commit at once. */
export function readEarly({ root, index, most, searchPath }: Omit<HistorySource, 'index'> & { readonly index: Pick<RepositoryIndex, 'recall'> }, signal: AbortSignal): PastUnderWay | undefined {
  const head = readHeadFile(root)
  if (head === null || index.recall(historyKey) !== undefined) return undefined
  const commits = readCommits(root, { most, searchPath }, signal)
  // Where reading the tree fails nobody waits for it; who waits is told.
  commits.catch(() => undefined)
  return { head, commits }
}

/** What past changes say of a tree's files, some of which may be under way: as it was kept for its commit, else read and kept; undefined where there is no history. */
export async function historyOf(
  { root, index, most, searchPath }: HistorySource,
  model: CodeModel,
  underWay: PastUnderWay | undefined,
  signal: AbortSignal,
): Promise<HistoryIndex | undefined> {
  const head = readHeadFile(root) ?? (await readHead(root, searchPath, signal))
  if (head === '') return undefined
  const key = `${head} ${most}`
  const last = latest.get(index)
  if (last?.key === key) return bindHistory(last.data, model.files.length, model.fileOf)
  const bytes = index.recall(historyKey)
  const kept = bytes && decodeHistory(bytes, key)
  if (kept) {
    latest.set(index, { key, data: kept })
    return bindHistory(kept, model.files.length, model.fileOf)
  }
  const commits = await (underWay?.head === head ? underWay.commits : readCommits(root, { most, searchPath }, signal))
  if (commits.length === 0) return undefined
  const data = buildHistory(commits, (path) => model.fileOf(path) >= 0)
  latest.set(index, { key, data })
  index.remember(historyKey, () => encodeHistory(data, key))
  return bindHistory(data, model.files.length, model.fileOf)
}
