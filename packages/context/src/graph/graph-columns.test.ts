import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GraphColumns } from '@codeforge/contracts/stored-graph'
import { buildModel } from '../search/code-model.ts'
import { smallTree } from '../testing/small-repository.ts'
import { buildGraph } from './code-graph.ts'
import { graphColumns } from './graph-columns.ts'

const model = buildModel(smallTree())
const graph = buildGraph(model.symbols, [...model.files], () => undefined)
const nameOf = ({ nodes }: GraphColumns, node = -1): string => nodes.names[node] || nodes.paths[node] || '?'

test('a graph to be stored has every file and definition, and edges between them', () => {
  const columns = graphColumns(model, graph, 'abc')
  assert.deepEqual(GraphColumns.parse(columns), columns)
  assert.deepEqual([columns.nodes.names.filter((name) => name === '').length, columns.nodesLeftOut, columns.edgesLeftOut], [model.files.length, 0, 0])
  const edges = columns.edges.from.map(
    (from, at) => `${nameOf(columns, from)} ${columns.edges.kinds[at]} ${nameOf(columns, columns.edges.to[at])}`,
  )
  assert.ok(edges.includes('handleRequest call parseQuery'), edges.join('\n'))
  assert.ok(edges.includes('src/server.ts import src/cache.ts'), edges.join('\n'))
})

test('what finds no room is counted, and no edge leads there', () => {
  const columns = graphColumns(model, graph, '', { nodes: 5, edges: 1 })
  assert.deepEqual([columns.nodes.kinds.length, columns.nodesLeftOut, columns.edges.from.length], [5, graph.nodes - 5, 1])
  assert.equal(columns.edgesLeftOut, graph.from.length - 1)
  assert.ok([...columns.edges.from, ...columns.edges.to].every((node) => node < 5))
})
