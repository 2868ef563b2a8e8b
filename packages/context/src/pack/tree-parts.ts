import type { CodeGraph } from '../graph/code-graph.ts'
import { expand, type ExpandOptions } from '../graph/expand.ts'
import type { HistoryIndex } from '../history/history-index.ts'
import { buildRepoMap } from '../map/repo-map.ts'
import { mentionedPaths } from '../mentioned-paths.ts'
import type { CodeModel } from '../search/code-model.ts'
import { focusOf } from '../search/focus-of.ts'
import { placeOf } from '../search/symbol-places.ts'
import type { SemanticEvidence } from '../semantic/tree-semantics.ts'
import type { PackPart } from './build-pack.ts'
import type { PackCandidate } from './context-pack.ts'
import { cutToTokens } from './cut-text.ts'
import type { SnippetCandidate } from './snippet-candidates.ts'
import { snippetCandidates } from './snippet-candidates.ts'
import type { TokenCounter } from './token-counter.ts'

/** What a pack is made from. */
export interface TreeToPack {
  readonly model: CodeModel
  readonly graph: () => CodeGraph
  readonly history: HistoryIndex | undefined
  readonly counter: TokenCounter
  /** What is near the task by meaning, where that is known. */
  readonly semantic: SemanticEvidence | undefined
  /** How far from what was found the graph is walked; null: not at all. */
  readonly walk: ExpandOptions | null
}

/** Tokens left for heading and reason of an entry. */
const headTokens = 30
const linesOfReadme = 30
const seeds = 5

/** The parts of a pack in the order in which they take their shares; what was found by search takes the rest. */
export function treeParts(tree: TreeToPack, task: string): readonly PackPart[] {
  let found: readonly SnippetCandidate[] | undefined
  const snippets = () => (found ??= snippetCandidates(tree.model, tree.history, task, tree.semantic))
  return [
    { name: 'files that the task names', share: 0.15, candidates: (budget) => namedFiles(tree, task, budget) },
    { name: 'summary', share: 0.03, candidates: (budget) => readme(tree, budget) },
    { name: 'map', share: 0.08, candidates: (budget) => map(tree, task, budget) },
    { name: 'graph', share: 0.06, candidates: () => graphNeighbours(tree, snippets()) },
    { name: 'search', share: 1, candidates: snippets },
  ]
}

function namedFiles({ model, counter }: TreeToPack, task: string, budget: number): readonly PackCandidate[] {
  const paths = mentionedPaths(
    task,
    model.tree.files.map(({ path }) => path),
  )
  return paths.flatMap((path) => {
    const file = model.files[model.fileOf(path)]
    const text = file && cutToTokens(model.tree.text(file) ?? '', Math.floor(budget / paths.length) - headTokens, counter)
    if (text === undefined || text === '') return []
    const place = { path, startLine: 1, endLine: text.split('\n').length }
    return [{ kind: 'file', source: path, reason: 'the task names it', provenance: 'task', priority: 90, text, place }]
  })
}

function readme({ model, counter }: TreeToPack, budget: number): readonly PackCandidate[] {
  const file = model.tree.files.find(({ path }) => /^readme(\.\w+)?$/i.test(path))
  const head = file && (model.tree.text(file) ?? '').split('\n').slice(0, linesOfReadme).join('\n')
  const text = head === undefined ? '' : cutToTokens(head, budget - headTokens, counter)
  return file === undefined || text === ''
    ? []
    : [{ kind: 'summary', source: file.path, reason: 'what the project says of itself', provenance: 'tree', priority: 50, text }]
}

function map(tree: TreeToPack, task: string, budget: number): readonly PackCandidate[] {
  const { model, history, counter } = tree
  const whole = buildRepoMap(model, tree.graph(), focusOf(model, history, { tokens: budget, focus: task }), budget - headTokens)
  const text = cutToTokens(whole.text, budget - headTokens, counter)
  return text === ''
    ? []
    : [
        {
          kind: 'map',
          source: 'map',
          reason: `the most used of ${whole.symbolsLeftOut + whole.files.reduce((sum, { symbols }) => sum + symbols, 0)} definitions`,
          provenance: 'graph',
          priority: 60,
          text,
        },
      ]
}

/** Definitions next to those found by search, worth 70 less 10 for each edge between [CTX-04]. */
function graphNeighbours(tree: TreeToPack, snippets: readonly SnippetCandidate[]): readonly PackCandidate[] {
  const { model, walk } = tree
  if (walk === null) return []
  const graph = tree.graph()
  const best = [...snippets].sort((one, other) => other.value - one.value).slice(0, seeds)
  const found = new Map<number, number>()
  for (const { place, value } of best) for (const node of nodesIn(model, graph, place)) found.set(node, value)
  return expand(graph, found, walk).flatMap(({ node, way }) => {
    if (node < graph.files) return []
    const { file, startLine, endLine } = model.symbols.definition(node - graph.files)
    const indexed = model.files[file]
    const text =
      indexed &&
      model.tree
        .text(indexed)
        ?.split('\n')
        .slice(startLine - 1, endLine)
        .join('\n')
    if (indexed === undefined || text === undefined || text === '') return []
    const { path } = indexed
    const last = way.at(-1)
    const reason = last
      ? `${last.kind} between it and ${placeOf(model, graph, last.backwards ? last.to : last.from).symbol ?? 'a file that was found'}`
      : 'near what was found'
    return [
      {
        kind: 'graph',
        source: `${path}:${startLine}-${endLine}`,
        reason,
        provenance: `graph:${way.length}`,
        priority: 70 - 10 * way.length,
        text,
        place: { path, startLine, endLine },
      },
    ]
  })
}

function nodesIn({ fileOf, symbols }: CodeModel, graph: CodeGraph, place: PackCandidate['place']): readonly number[] {
  if (place === undefined) return []
  const file = fileOf(place.path)
  const { definitionFiles, definitionStarts } = symbols.columns
  const nodes: number[] = []
  for (let row = 0; row < definitionFiles.length; row += 1) {
    const line = definitionStarts[row] ?? 0
    if (definitionFiles[row] === file && line >= place.startLine && line <= place.endLine) nodes.push(graph.files + row)
  }
  return nodes
}
