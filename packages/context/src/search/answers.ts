import type { CodeGraph } from '../graph/code-graph.ts'
import type { HistoryIndex } from '../history/history-index.ts'
import { buildFileGraph } from '../map/file-graph.ts'
import { buildRepoMap } from '../map/repo-map.ts'
import { buildPack } from '../pack/build-pack.ts'
import { counterFor } from '../pack/token-counter.ts'
import { treeParts } from '../pack/tree-parts.ts'
import { withoutSemantics } from '../semantic/semantic-status.ts'
import type { TreeSemantics } from '../semantic/tree-semantics.ts'
import type { CodeModel } from './code-model.ts'
import type { CodeSearch } from './code-search.ts'
import { excerptsOf } from './excerpts.ts'
import { focusOf } from './focus-of.ts'
import { keywordsOf } from './keywords-of.ts'
import { predictFiles } from './predict-files.ts'
import { searchTree } from './search-tree.ts'
import type { SearchTuning } from './tuning.ts'
import { findReferences, findRelated, findSymbol } from './symbol-places.ts'

/** A tree as it was last read: its parts belong together, whatever is read while an answer waits for something. */
interface TreeLook {
  readonly model: CodeModel
  readonly history: HistoryIndex | undefined
  graph(): CodeGraph
}

type Answers = Omit<CodeSearch, 'refresh' | 'complete' | 'readFrom' | 'graphColumns' | typeof Symbol.dispose>

/** What is answered from the tree as it is now. */
export function answersFrom(now: () => TreeLook, semantics: TreeSemantics | undefined, tuning: SearchTuning): Answers {
  const usual = { top: tuning.topK, fusion: tuning.fusion }
  const walk = { hops: tuning.graphMaxHops, top: tuning.graphTopK, decay: tuning.graphHopDecay }
  return {
    search: (query, options) => searchTree(now().model, now().history, query, { ...usual, ...options }),
    find: async (query, options, signal) => {
      const { model, history } = now()
      const evidence = await semantics?.evidence(model, query, signal)
      const hits = searchTree(model, history, query, { ...usual, ...options, ...(evidence && { semantic: evidence }) })
      return { hits, semantic: semantics?.status(evidence !== undefined) ?? withoutSemantics }
    },
    embed: async (signal, onProgress) => (await semantics?.embed(now().model, signal, onProgress)) ?? withoutSemantics,
    semantic: () => semantics?.status(null) ?? withoutSemantics,
    semanticNow: async (signal) => (await semantics?.statusOf(now().model, signal)) ?? withoutSemantics,
    excerpts: (places) => excerptsOf(now().model, places),
    map: (options) => buildRepoMap(now().model, now().graph(), focusOf(now().model, now().history, options), options.tokens),
    fileGraph: ({ top, focus }) => {
      const { model, history, graph } = now()
      return buildFileGraph(model, graph(), focusOf(model, history, { tokens: 0, ...(focus !== undefined && { focus }) }), top)
    },
    symbol: (name) => findSymbol(now().model, name),
    references: (name) => findReferences(now().model, name),
    related: (symbolOrPath, options = {}) => findRelated(now().model, now().graph(), symbolOrPath, { ...walk, ...options }),
    pack: async ({ task, tokens, model: name, extra = [] }, signal) => {
      const counter = await counterFor(name)
      const look = now()
      const semantic = await semantics?.evidence(look.model, task, signal)
      const given = { name: 'given entries', share: 0.25, candidates: () => extra }
      const pack = await buildPack(
        [given, ...treeParts({ ...look, counter, semantic, walk: tuning.graphEnabled ? walk : null }, task)],
        tokens,
        counter,
        signal,
      )
      return { ...pack, keywords: keywordsOf(look.model, look.history, task) }
    },
    predictFiles: (task, top) => predictFiles(now().model, now().history, task, top),
  }
}
