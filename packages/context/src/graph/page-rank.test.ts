import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { CodeGraph } from './code-graph.ts'
import { groupByKey } from './compressed-rows.ts'
import { expand } from './expand.ts'
import { pageRank } from './page-rank.ts'

function graphOf(nodes: number, edges: readonly (readonly [number, number])[]): CodeGraph {
  const from = Uint32Array.from(edges, ([one]) => one)
  const to = Uint32Array.from(edges, ([, other]) => other)
  const kinds = new Uint8Array(edges.length).fill(1)
  const confidences = new Float32Array(edges.length).fill(1)
  return { files: nodes, nodes, from, to, kinds, confidences, outgoing: groupByKey(from, nodes), incoming: groupByKey(to, nodes) }
}

describe('personalised PageRank', () => {
  it('gives most to what is pointed at, and more to what is near the preference', () => {
    const rank = pageRank(
      graphOf(4, [
        [0, 2],
        [1, 2],
        [2, 3],
      ]),
      Float64Array.of(1, 0, 0, 0),
    )
    assert.ok((rank[2] ?? 0) > (rank[3] ?? 0) && (rank[3] ?? 0) > (rank[1] ?? 0))
    assert.equal(rank[1], 0)
  })

  it('keeps a sum of 1, whatever the graph', () => {
    const edge = fc.tuple(fc.nat(9), fc.nat(9))
    fc.assert(
      fc.property(
        fc.array(edge, { maxLength: 40 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 10 }),
        (edges, preference) => {
          const sum = pageRank(graphOf(10, edges), Float64Array.from(preference)).reduce((total, value) => total + value, 0)
          assert.ok(Math.abs(sum - 1) < 1e-9, String(sum))
        },
      ),
    )
  })
})

describe('the surroundings of a node', () => {
  it('are found in both directions, each hop for 0.7, with the way there', () => {
    const near = expand(
      graphOf(4, [
        [0, 1],
        [2, 1],
        [2, 3],
      ]),
      new Map([[0, 1]]),
      { hops: 3 },
    )
    assert.deepEqual(
      near.map(({ node, score }) => [node, Math.round(score * 1000) / 1000]),
      [
        [1, 0.7],
        [2, 0.49],
        [3, 0.343],
      ],
    )
    assert.deepEqual(
      near[1]?.way.map(({ backwards }) => backwards),
      [false, true],
    )
  })

  it('end at a number of hops and of nodes', () => {
    const graph = graphOf(4, [
      [0, 1],
      [1, 2],
      [2, 3],
    ])
    assert.deepEqual(
      expand(graph, new Map([[0, 1]])).map(({ node }) => node),
      [1, 2],
    )
    assert.equal(expand(graph, new Map([[0, 1]]), { hops: 3, top: 1 }).length, 1)
  })
})
