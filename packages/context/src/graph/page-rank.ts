import type { CodeGraph, EdgeKind } from './code-graph.ts'
import { edgeKinds } from './code-graph.ts'

/** Brin and Page 1998. */
const damping = 0.85
/** 0.85^20 leaves 4 % of the first guess, and the guess is near: the order of what is shown no longer changes. */
const mostRounds = 20
const tolerance = 1e-4
/** How much of a node's rank each kind of edge carries, times its confidence. */
const kindWeights: Readonly<Record<EdgeKind, number>> = { import: 1, call: 1, inherit: 1.5, reference: 0.5 }

/**
 * Personalised PageRank by power iteration: `preference` says where a walk begins (its sum is taken as 1). Rank that
 * reaches a node without outgoing edges begins anew. Deterministic: always the same order of additions.
 */
export function pageRank(graph: CodeGraph, preference: Float64Array): Float64Array {
  const start = normalised(preference)
  const shares = known.get(graph) ?? sharesOf(graph)
  known.set(graph, shares)
  let rank = start
  for (let round = 0; round < mostRounds; round += 1) {
    const next = step(graph, shares, start, rank)
    const change = next.reduce((sum, value, node) => sum + Math.abs(value - (rank[node] ?? 0)), 0)
    rank = next
    if (change < tolerance) break
  }
  return rank
}

/** The same for every walk over a graph. */
const known = new WeakMap<CodeGraph, Float64Array>()

/** What part of its source's rank each edge carries. */
function sharesOf({ from, kinds, confidences, nodes }: CodeGraph): Float64Array {
  const weights = Float64Array.from(confidences, (sure, edge) => sure * kindWeights[edgeKinds[kinds[edge] ?? 0] ?? 'reference'])
  const totals = new Float64Array(nodes)
  for (let edge = 0; edge < from.length; edge += 1) totals[from[edge] ?? 0] = (totals[from[edge] ?? 0] ?? 0) + (weights[edge] ?? 0)
  return weights.map((weight, edge) => weight / (totals[from[edge] ?? 0] || 1))
}

function step({ from, to, nodes }: CodeGraph, shares: Float64Array, start: Float64Array, rank: Float64Array): Float64Array {
  const next = new Float64Array(nodes)
  let carried = 0
  for (let edge = 0; edge < from.length; edge += 1) {
    const flow = damping * (rank[from[edge] ?? 0] ?? 0) * (shares[edge] ?? 0)
    next[to[edge] ?? 0] = (next[to[edge] ?? 0] ?? 0) + flow
    carried += flow
  }
  for (let node = 0; node < nodes; node += 1) next[node] = (next[node] ?? 0) + (1 - carried) * (start[node] ?? 0)
  return next
}

function normalised(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0)
  return sum > 0 ? values.map((value) => value / sum) : values.map(() => 1 / Math.max(1, values.length))
}
