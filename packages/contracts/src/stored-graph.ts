import { z } from 'zod'

/** Most nodes and edges of a graph that are stored; what is beyond is counted. */
export const mostStored = { nodes: 100_000, edges: 400_000 } as const

const line = z.int().min(0)

/** A whole graph as a worker works it out: columns, so that a large one is read in one go. */
export const GraphColumns = z.object({
  /** HEAD; empty where the directory is no repository. */
  commit: z.string().max(100),
  version: z.string().max(200),
  exact: z.boolean(),
  nodes: z.object({ kinds: z.array(z.string().max(40)), paths: z.array(z.string()), names: z.array(z.string()), startLines: z.array(line), endLines: z.array(line) }),
  edges: z.object({ from: z.array(z.int().min(0)), to: z.array(z.int().min(0)), kinds: z.array(z.enum(['import', 'call', 'inherit', 'reference'])), confidences: z.array(z.number().min(0).max(1)) }),
  nodesLeftOut: z.int().min(0),
  edgesLeftOut: z.int().min(0),
})
export type GraphColumns = z.output<typeof GraphColumns>

/** A file (a `module` without a name), or a definition in one. */
export const StoredNode = z.strictObject({ number: z.int().min(0), kind: z.string(), path: z.string(), name: z.string(), startLine: line, endLine: line })
export type StoredNode = z.output<typeof StoredNode>

/** `from` and `to` are numbers of nodes. */
export const StoredEdge = z.strictObject({ number: z.int().min(0), from: z.int().min(0), to: z.int().min(0), kind: z.string(), confidence: z.number() })
export type StoredEdge = z.output<typeof StoredEdge>

/** A graph that is stored, without what it is made of. */
export const StoredGraph = z.strictObject({
  commit: z.string(),
  version: z.string(),
  exact: z.boolean(),
  nodes: z.int(),
  edges: z.int(),
  nodesLeftOut: z.int(),
  edgesLeftOut: z.int(),
  storedAt: z.iso.datetime(),
})
export type StoredGraph = z.output<typeof StoredGraph>

/** How far the stored graph of a project is; `stored` is the newest one, whatever goes on now. */
export const StoredGraphState = z.strictObject({
  state: z.enum(['none', 'building', 'stored', 'failed']),
  stored: StoredGraph.nullable(),
  /** Why it failed last. */
  failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
})
export type StoredGraphState = z.output<typeof StoredGraphState>
