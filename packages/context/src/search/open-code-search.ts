import type { HistoryIndex } from '../history/history-index.ts'
import type { CodeGraph } from '../graph/code-graph.ts'
import { buildGraph } from '../graph/code-graph.ts'
import { graphColumns } from '../graph/graph-columns.ts'
import { readHead } from '../history/commits.ts'
import type { IndexedTree, RepositoryIndex } from '../indexer/indexed-tree.ts'
import { readHeadFile } from '../repository/read-head.ts'
import type { TreeSemantics } from '../semantic/tree-semantics.ts'
import { answersFrom } from './answers.ts'
import type { CodeModel } from './code-model.ts'
import { historyOf, modelOf, readEarly, recallModel, type PastUnderWay } from './kept-parts.ts'
import { recallGraph, rememberGraph } from './keep-graph.ts'
import { createModelGatherer, type ModelGatherer } from './model-gatherer.ts'
import type { CodeSearch, SearchStatus } from './code-search.ts'
import { type SearchTuning, usualTuning } from './tuning.ts'

export interface CodeSearchOptions {
  /** The tree's directory. */
  readonly root: string
  /** Its index; closed with the search. */
  readonly index: RepositoryIndex
  /** Newest changes that are read. Default 20,000; 0 leaves the history out. */
  readonly commits?: number
  /** Program search path, for git. */
  readonly searchPath?: string
  /** Search by meaning; without it nothing is sent anywhere. */
  readonly semantics?: TreeSemantics
  /** What holds where a question does not say. */
  readonly tuning?: SearchTuning
}

const defaultCommits = 20_000

/** Opens code intelligence over one tree; nothing is read before `refresh`. */
export function openCodeSearch({ root, index, commits = defaultCommits, searchPath, semantics, tuning = usualTuning }: CodeSearchOptions): CodeSearch {
  let model: CodeModel | undefined
  let history: HistoryIndex | undefined
  let graph: CodeGraph | undefined
  const source = { root, index, most: commits, searchPath }

  const current = (): CodeModel => {
    if (model === undefined) throw new Error('Nothing was read of the tree yet: call refresh first.')
    return model
  }
  const currentGraph = (): CodeGraph => (graph ??= keptGraph(index, current()))
  // Whoever still looks at a model that was replaced meanwhile gets the graph of that one.
  const graphAt = (asked: CodeModel) => () => (asked === model ? currentGraph() : graphOf(asked))

  async function take(
    tree: IndexedTree,
    { kept, gathered, past }: { readonly kept?: ReturnType<typeof recallModel>; readonly gathered?: ModelGatherer; readonly past?: PastUnderWay | undefined },
    started: number,
    signal: AbortSignal,
  ): Promise<SearchStatus> {
    const same = model?.tree.version === tree.version ? model : undefined
    const { model: next, from } = same
      ? { model: same, from: 'kept' as const }
      : await modelOf(index, model ?? kept, tree, gathered, signal)
    history = commits > 0 ? await historyOf(source, next, past, signal) : undefined
    model = next
    if (same === undefined) graph = undefined
    return { ...statusOf(tree, next, history), from, milliseconds: Math.round(performance.now() - started) }
  }

  return {
    refresh: async (signal, onProgress) => {
      const started = performance.now()
      const from: { kept?: ReturnType<typeof recallModel>; gathered?: ModelGatherer } = {}
      const gatherer = () => (model === undefined && from.kept === undefined ? (from.gathered = createModelGatherer()) : undefined)
      const updating = index.update(signal, { onProgress, gatherer })
      if (model === undefined) from.kept = recallModel(index)
      const past = model === undefined && from.kept === undefined && commits > 0 ? readEarly(source, signal) : undefined
      return take(await updating, { ...from, past }, started, signal)
    },
    complete: async (signal, onProgress) => {
      const started = performance.now()
      return take(await index.complete(current().tree, signal, onProgress), {}, started, signal)
    },
    readFrom: (directory) => index.readFrom(directory),
    graphColumns: async (signal) =>
      graphColumns(current(), currentGraph(), readHeadFile(root) ?? (await readHead(root, searchPath, signal))),
    ...answersFrom(() => ({ model: current(), history, graph: graphAt(current()) }), semantics, tuning),
    [Symbol.dispose]: () => index[Symbol.dispose](),
  }
}

function statusOf(
  tree: IndexedTree,
  { text, symbols }: CodeModel,
  history: HistoryIndex | undefined,
): Omit<SearchStatus, 'from' | 'milliseconds'> {
  return {
    version: tree.version,
    files: tree.files.length,
    chunks: text.chunks.documents,
    definitions: symbols.columns.definitionNames.length,
    commits: history?.messages.documents ?? 0,
    exact: tree.exact,
    report: tree.report,
  }
}

function keptGraph(index: RepositoryIndex, model: CodeModel): CodeGraph {
  const kept = recallGraph(index, model)
  if (kept !== undefined) return kept
  const built = graphOf(model)
  rememberGraph(index, model, built)
  return built
}

function graphOf({ symbols, files, fileOf, tree }: CodeModel): CodeGraph {
  const live = files.map((file, number) => (fileOf(file.path) === number ? file : undefined))
  return buildGraph(symbols, live, (path) => {
    const file = files[fileOf(path)]
    return file && tree.text(file)
  })
}
