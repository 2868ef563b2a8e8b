import type { HistoryIndex } from '../history/history-index.ts'
import type { CodeGraph } from '../graph/code-graph.ts'
import { buildGraph } from '../graph/code-graph.ts'
import { graphColumns } from '../graph/graph-columns.ts'
import { readHead } from '../history/commits.ts'
import type { IndexedTree, RepositoryIndex } from '../indexer/indexed-tree.ts'
import { buildFileGraph } from '../map/file-graph.ts'
import { buildRepoMap } from '../map/repo-map.ts'
import { buildPack } from '../pack/build-pack.ts'
import { counterFor } from '../pack/token-counter.ts'
import { treeParts } from '../pack/tree-parts.ts'
import { readHeadFile } from '../repository/read-head.ts'
import { withoutSemantics } from '../semantic/semantic-status.ts'
import type { TreeSemantics } from '../semantic/tree-semantics.ts'
import type { CodeModel } from './code-model.ts'
import { historyOf, modelOf, recallModel } from './kept-parts.ts'
import { createModelGatherer, type ModelGatherer } from './model-gatherer.ts'
import type { CodeSearch, SearchStatus } from './code-search.ts'
import { focusOf } from './focus-of.ts'
import { keywordsOf } from './keywords-of.ts'
import { predictFiles } from './predict-files.ts'
import { searchTree } from './search-tree.ts'
import { findReferences, findRelated, findSymbol } from './symbol-places.ts'

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
}

const defaultCommits = 20_000

/** Opens code intelligence over one tree; nothing is read before `refresh`. */
export function openCodeSearch({ root, index, commits = defaultCommits, searchPath, semantics }: CodeSearchOptions): CodeSearch {
  let model: CodeModel | undefined
  let history: HistoryIndex | undefined
  let graph: CodeGraph | undefined

  const current = (): CodeModel => {
    if (model === undefined) throw new Error('Nothing was read of the tree yet: call refresh first.')
    return model
  }
  const currentGraph = (): CodeGraph => (graph ??= graphOf(current()))

  async function take(
    tree: IndexedTree,
    { kept, gathered }: { readonly kept?: ReturnType<typeof recallModel>; readonly gathered?: ModelGatherer },
    started: number,
    signal: AbortSignal,
  ): Promise<SearchStatus> {
    const same = model?.tree.version === tree.version ? model : undefined
    const { model: next, from } = same
      ? { model: same, from: 'kept' as const }
      : await modelOf(index, model ?? kept, tree, gathered, signal)
    history = commits > 0 ? await historyOf({ root, index, most: commits, searchPath }, next, signal) : undefined
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
      return take(await updating, from, started, signal)
    },
    complete: async (signal, onProgress) => {
      const started = performance.now()
      return take(await index.complete(current().tree, signal, onProgress), {}, started, signal)
    },
    readFrom: (directory) => index.readFrom(directory),
    search: (query, options) => searchTree(current(), history, query, options),
    find: async (query, options, signal) => {
      const [asked, past] = [current(), history] // a look at the tree may come in between
      const evidence = await semantics?.evidence(asked, query, signal)
      const hits = searchTree(asked, past, query, { ...options, ...(evidence && { semantic: evidence }) })
      return { hits, semantic: semantics?.status(evidence !== undefined) ?? withoutSemantics }
    },
    ...embeddingOf(semantics, current),
    map: (options) => buildRepoMap(current(), currentGraph(), focusOf(current(), history, options), options.tokens),
    fileGraph: ({ top, focus }) =>
      buildFileGraph(current(), currentGraph(), focusOf(current(), history, { tokens: 0, ...(focus !== undefined && { focus }) }), top),
    graphColumns: async (signal) =>
      graphColumns(current(), currentGraph(), readHeadFile(root) ?? (await readHead(root, searchPath, signal))),
    symbol: (name) => findSymbol(current(), name),
    references: (name) => findReferences(current(), name),
    related: (symbolOrPath, options = {}) => findRelated(current(), currentGraph(), symbolOrPath, options),
    pack: async ({ task, tokens, model: name, extra = [] }, signal) => {
      const counter = await counterFor(name)
      const [asked, past] = [current(), history]
      const evidence = await semantics?.evidence(asked, task, signal)
      const given = { name: 'given entries', share: 0.25, candidates: () => extra }
      const tree = {
        model: asked,
        graph: () => (asked === model ? currentGraph() : graphOf(asked)),
        history: past,
        counter,
        semantic: evidence,
      }
      const pack = await buildPack([given, ...treeParts(tree, task)], tokens, counter, signal)
      return { ...pack, keywords: keywordsOf(tree.model, history, task) }
    },
    predictFiles: (task, top) => predictFiles(current(), history, task, top),
    [Symbol.dispose]: () => index[Symbol.dispose](),
  }
}

function embeddingOf(semantics: TreeSemantics | undefined, current: () => CodeModel): Pick<CodeSearch, 'embed' | 'semantic'> {
  return {
    embed: async (signal, onProgress) => (await semantics?.embed(current(), signal, onProgress)) ?? withoutSemantics,
    semantic: () => semantics?.status(null) ?? withoutSemantics,
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

function graphOf({ symbols, files, fileOf, tree }: CodeModel): CodeGraph {
  const live = files.map((file, number) => (fileOf(file.path) === number ? file : undefined))
  return buildGraph(symbols, live, (path) => {
    const file = files[fileOf(path)]
    return file && tree.text(file)
  })
}
