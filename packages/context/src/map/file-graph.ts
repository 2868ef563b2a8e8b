import { edgeKinds } from '../graph/code-graph.ts'
import type { CodeGraph, EdgeKind } from '../graph/code-graph.ts'
import type { CodeModel } from '../search/code-model.ts'
import { rankSymbols } from './rank-symbols.ts'
import type { MapFocus } from './rank-symbols.ts'

/** Files and what connects them, for a picture. */
export interface FileGraph {
  readonly files: readonly { readonly path: string; readonly rank: number; readonly language: string | null; readonly symbols: number }[]
  /** `from` and `to` are places in `files`; `weight` sums the confidence of what lies behind the edge. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly weight: number; readonly kind: EdgeKind }[]
  /** Files of the tree that found no room. */
  readonly leftOut: number
}

/** The strongest edges of one file that are shown: more would be a ball of wool. */
const mostEdgesOfFile = 6

/** The most important files of a tree, and the edges among them: imports, calls, inheritance and mentions between two files are one edge. */
export function buildFileGraph(model: CodeModel, graph: CodeGraph, focus: MapFocus, top: number): FileGraph {
  const { byFile } = rankSymbols(model, graph, focus)
  const live = model.files.flatMap(({ path }, file) => (model.fileOf(path) === file && (byFile[file] ?? 0) > 0 ? [file] : []))
  const order = live.sort((one, other) => (byFile[other] ?? 0) - (byFile[one] ?? 0) || one - other).slice(0, top)
  const placeOf = new Map(order.map((file, place) => [file, place]))
  return {
    files: order.map((file) => ({
      path: model.files[file]?.path ?? '',
      rank: byFile[file] ?? 0,
      language: model.files[file]?.language ?? null,
      symbols: symbolsOf(model, file),
    })),
    edges: edgesAmong(model, graph, placeOf),
    leftOut: model.tree.files.length - order.length,
  }
}

function symbolsOf({ files, tree }: CodeModel, file: number): number {
  const indexed = files[file]
  return indexed === undefined ? 0 : tree.facts(indexed).definitions.length
}

function edgesAmong({ symbols }: CodeModel, graph: CodeGraph, placeOf: ReadonlyMap<number, number>): FileGraph['edges'] {
  const { definitionFiles } = symbols.columns
  const fileOf = (node: number): number => (node < graph.files ? node : (definitionFiles[node - graph.files] ?? -1))
  const found = new Map<string, { from: number; to: number; weight: number; kind: EdgeKind }>()
  graph.from.forEach((node, row) => {
    const [from, to] = [placeOf.get(fileOf(node)), placeOf.get(fileOf(graph.to[row] ?? 0))]
    if (from === undefined || to === undefined || from === to) return
    const kind = edgeKinds[graph.kinds[row] ?? 0] ?? 'reference'
    const weight = graph.confidences[row] ?? 0
    const known = found.get(`${from} ${to}`)
    if (known === undefined) found.set(`${from} ${to}`, { from, to, weight, kind })
    else known.weight += weight
  })
  const perFile = new Map<number, number>()
  return [...found.values()]
    .sort((one, other) => other.weight - one.weight || one.from - other.from || one.to - other.to)
    .filter(({ from }) => {
      const taken = perFile.get(from) ?? 0
      perFile.set(from, taken + 1)
      return taken < mostEdgesOfFile
    })
}
