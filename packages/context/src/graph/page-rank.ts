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
    const change = distance(next, rank)
    rank = next
    if (change < tolerance) break
  }
  return rank
}

/** The same for every walk over a graph. */
const known = new WeakMap<CodeGraph, Float64Array>()

/** What part of its source's rank each edge carries. */
function sharesOf({ from, kinds, confidences, nodes }: CodeGraph): Float64Array {
  const weightOf = edgeKinds.map((kind) => kindWeights[kind])
  const shares = new Float64Array(from.length)
  const totals = new Float64Array(nodes)
  for (let edge = 0; edge < from.length; edge += 1) {
    const weight = (confidences[edge] as number) * (weightOf[kinds[edge] as number] as number)
    shares[edge] = weight
    totals[from[edge] as number] = (totals[from[edge] as number] as number) + weight
  }
  for (let edge = 0; edge < from.length; edge += 1) shares[edge] = (shares[edge] as number) / (totals[from[edge] as number] || 1)
  return shares
}

function step({ from, to, nodes }: CodeGraph, shares: Float64Array, start: Float64Array, rank: Float64Array): Float64Array {
  const next = new Float64Array(nodes)
  let carried = 0
  for (let edge = 0; edge < from.length; edge += 1) {
    const flow = damping * (rank[from[edge] as number] as number) * (shares[edge] as number)
    next[to[edge] as number] = (next[to[edge] as number] as number) + flow
    carried += flow
  }
  for (let node = 0; node < nodes; node += 1) next[node] = (next[node] as number) + (1 - carried) * (start[node] as number)
  return next
}

function distance(one: Float64Array, other: Float64Array): number {
  let sum = 0
  for (let node = 0; node < one.length; node += 1) sum += Math.abs((one[node] as number) - (other[node] as number))
  return sum
}

function normalised(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0)
  return sum > 0 ? values.map((value) => value / sum) : values.map(() => 1 / Math.max(1, values.length))
}
