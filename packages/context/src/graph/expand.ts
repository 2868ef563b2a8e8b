import type { CodeGraph, EdgeKind } from './code-graph.ts'
import { edgeKinds } from './code-graph.ts'
import { itemsOf } from './compressed-rows.ts'

export interface ExpandOptions {
  /** Most edges from a seed. Default 2 [CFG-02]. */
  readonly hops?: number
  /** What each hop leaves of the score. Default 0.7 [COD-10]. */
  readonly decay?: number
  /** Most nodes found. Default 10 [CFG-02]. */
  readonly top?: number
}

/** One edge of the way to a node; `backwards` where the edge points to where one comes from. */
export interface Hop {
  readonly from: number
  readonly to: number
  readonly kind: EdgeKind
  readonly backwards: boolean
}

/** A node near a seed, with its score (the seed's times decay per hop) and the way there as explanation. */
export interface Neighbour {
  readonly node: number
  readonly score: number
  readonly way: readonly Hop[]
}

/** A hub is left by so many edges at most, the surest first come first. */
const mostEdges = 64

/** Walks the graph in both directions, breadth first, from nodes that were found otherwise; seeds themselves are not given. */
export function expand(
  graph: CodeGraph,
  seeds: ReadonlyMap<number, number>,
  { hops = 2, decay = 0.7, top = 10 }: ExpandOptions = {},
): readonly Neighbour[] {
  const found = new Map<number, Neighbour>([...seeds].map(([node, score]) => [node, { node, score, way: [] }]))
  let front = [...found.values()]
  for (let hop = 0; hop < hops; hop += 1) {
    const next: Neighbour[] = []
    for (const here of front) {
      for (const step of stepsFrom(graph, here.node)) {
        const node = step.backwards ? step.from : step.to
        const score = here.score * decay
        if ((found.get(node)?.score ?? 0) >= score) continue
        const neighbour = { node, score, way: [...here.way, step] }
        found.set(node, neighbour)
        next.push(neighbour)
      }
    }
    front = next
  }
  const neighbours = [...found.values()].filter(({ node }) => !seeds.has(node))
  return neighbours.sort((one, other) => other.score - one.score || one.node - other.node).slice(0, top)
}

function stepsFrom(graph: CodeGraph, node: number): readonly Hop[] {
  const step = (edge: number, backwards: boolean): Hop & { sure: number } => ({
    from: graph.from[edge] ?? 0,
    to: graph.to[edge] ?? 0,
    kind: edgeKinds[graph.kinds[edge] ?? 0] ?? 'reference',
    backwards,
    sure: graph.confidences[edge] ?? 0,
  })
  const outgoing = Array.from(itemsOf(graph.outgoing, node), (edge) => step(edge, false))
  const incoming = Array.from(itemsOf(graph.incoming, node), (edge) => step(edge, true))
  return [...outgoing, ...incoming]
    .sort((one, other) => other.sure - one.sure)
    .slice(0, mostEdges)
    .map(({ sure: _, ...hop }) => hop)
}
