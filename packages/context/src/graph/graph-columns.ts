import { mostStored, type GraphColumns } from '@codeforge/contracts/stored-graph'
import type { CodeModel } from '../search/code-model.ts'
import { edgeKinds, type CodeGraph } from './code-graph.ts'

/** A whole graph to be stored [COD-09]: files first, then definitions, as far as there is room; edges between what found some. */
export function graphColumns(
  { files, fileOf, symbols, tree }: CodeModel,
  graph: CodeGraph,
  commit: string,
  most: { readonly nodes: number; readonly edges: number } = mostStored,
): GraphColumns {
  const nodes: GraphColumns['nodes'] = { kinds: [], paths: [], names: [], startLines: [], endLines: [] }
  const numbers = new Int32Array(graph.nodes).fill(-1)
  let nodesLeftOut = 0
  const add = (node: number, kind: string, path: string, name: string, lines: readonly [number, number]): void => {
    if (nodes.kinds.length >= most.nodes) {
      nodesLeftOut += 1
      return
    }
    numbers[node] = nodes.kinds.length
    nodes.kinds.push(kind)
    nodes.paths.push(path)
    nodes.names.push(name)
    nodes.startLines.push(lines[0])
    nodes.endLines.push(lines[1])
  }
  for (const [number, { path }] of files.entries()) if (fileOf(path) === number) add(number, 'module', path, '', [0, 0])
  for (let row = 0; row < graph.nodes - graph.files; row += 1) {
    const { name, file, kind, startLine, endLine } = symbols.definition(row)
    add(graph.files + row, kind, files[file]?.path ?? '', symbols.names.textOf(name), [startLine, endLine])
  }
  return { commit, version: tree.version, exact: tree.exact, nodes, nodesLeftOut, ...edgeColumns(graph, numbers, most.edges) }
}

function edgeColumns(graph: CodeGraph, numbers: Int32Array, most: number): Pick<GraphColumns, 'edges' | 'edgesLeftOut'> {
  const edges: GraphColumns['edges'] = { from: [], to: [], kinds: [], confidences: [] }
  let edgesLeftOut = 0
  for (let edge = 0; edge < graph.from.length; edge += 1) {
    const from = numbers[graph.from[edge] ?? 0] ?? -1
    const to = numbers[graph.to[edge] ?? 0] ?? -1
    if (from < 0 || to < 0 || edges.from.length >= most) {
      edgesLeftOut += 1
      continue
    }
    edges.from.push(from)
    edges.to.push(to)
    edges.kinds.push(edgeKinds[graph.kinds[edge] ?? 0] ?? 'reference')
    edges.confidences.push(Math.round((graph.confidences[edge] ?? 0) * 1000) / 1000)
  }
  return { edges, edgesLeftOut }
}
