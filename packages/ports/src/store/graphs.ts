import type { ProjectId, TenantId } from '@codeforge/contracts/ids'
import type { GraphColumns, StoredEdge, StoredGraph, StoredNode } from '@codeforge/contracts/stored-graph'

export interface GraphOwner {
  readonly id: string
  readonly tenant: TenantId
  readonly projectId: ProjectId
}

export interface NodeQuery {
  /** Numbers beyond this one; -1: from the first. */
  readonly after: number
  readonly limit: number
  readonly path?: string | undefined
  readonly name?: string | undefined
}

export interface EdgeQuery {
  readonly after: number
  readonly limit: number
  /** Only those that begin or end here. */
  readonly node?: number | undefined
}

/** Graphs of the code, by project and commit. */
export interface GraphStore {
  /** Stores a graph in place of that of the same project and commit, all of it or nothing, and forgets all but the newest two of the project. */
  replace(owner: GraphOwner, graph: GraphColumns, now: Date): Promise<StoredGraph>
  /** The one stored last. */
  newest(project: ProjectId): Promise<StoredGraph | null>
  /** Of the newest graph, by number. */
  nodes(project: ProjectId, query: NodeQuery): Promise<readonly StoredNode[]>
  edges(project: ProjectId, query: EdgeQuery): Promise<readonly StoredEdge[]>
}
