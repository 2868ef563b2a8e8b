import type { ProjectId } from '@codeforge/contracts/ids'
import type { GraphColumns, StoredGraph } from '@codeforge/contracts/stored-graph'
import type { GraphOwner, GraphStore } from '@codeforge/ports/store/graphs'
import type { Kysely, Selectable } from 'kysely'
import { insertRows, type JsonRow } from './json-rows.ts'
import type { Tables } from './tables.ts'
import { within } from './within.ts'

/** Rows of one statement. */
const batchRows = 5000
/** Graphs of one project that stay. */
const kept = 2

/** Graphs as rows. */
export function graphStore(db: Kysely<Tables>): GraphStore {
  return {
    replace: async (owner, graph, now) => within(db, async (transaction) => replace(transaction, owner, graph, now)),
    async newest(project) {
      const row = await newestRow(db, project)
      return row ? toGraph(row) : null
    },
    async nodes(project, { after, limit, path, name }) {
      const graph = await newestRow(db, project)
      if (!graph) return []
      const rows = await db.selectFrom('graph_nodes').selectAll().where('graph_id', '=', graph.id).where('number', '>', after)
        .$if(path !== undefined, (query) => query.where('path', '=', path ?? ''))
        .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
        .orderBy('number').limit(limit).execute()
      return rows.map(({ number, kind, path: at, name: called, start_line: startLine, end_line: endLine }) => ({ number, kind, path: at, name: called, startLine, endLine }))
    },
    async edges(project, { after, limit, node }) {
      const graph = await newestRow(db, project)
      if (!graph) return []
      const rows = await db.selectFrom('graph_edges').selectAll().where('graph_id', '=', graph.id).where('number', '>', after)
        .$if(node !== undefined, (query) => query.where(({ eb, or }) => or([eb('from_node', '=', node ?? 0), eb('to_node', '=', node ?? 0)])))
        .orderBy('number').limit(limit).execute()
      return rows.map(({ number, from_node: from, to_node: to, kind, confidence }) => ({ number, from, to, kind, confidence }))
    },
  }
}

async function replace(db: Kysely<Tables>, { id, tenant, projectId }: GraphOwner, graph: GraphColumns, now: Date): Promise<StoredGraph> {
  const { commit, version, exact, nodes, edges, nodesLeftOut, edgesLeftOut } = graph
  await db.deleteFrom('graph_metadata').where('project_id', '=', projectId).where('commit', '=', commit).execute()
  const row = {
    id, tenant, project_id: projectId, commit, version, exact, nodes: nodes.kinds.length, edges: edges.from.length,
    nodes_left_out: nodesLeftOut, edges_left_out: edgesLeftOut, stored_at: now,
  }
  await db.insertInto('graph_metadata').values(row).execute()
  const owned = { graph_id: id, tenant, actor: 'core' }
  await insertInBatches(db, 'graph_nodes', nodes.kinds.length, (number) => ({
    ...owned, number, kind: nodes.kinds[number], path: nodes.paths[number], name: nodes.names[number], start_line: nodes.startLines[number], end_line: nodes.endLines[number],
  }))
  await insertInBatches(db, 'graph_edges', edges.from.length, (number) => ({
    ...owned, number, from_node: edges.from[number], to_node: edges.to[number], kind: edges.kinds[number], confidence: edges.confidences[number],
  }))
  await forgetOlder(db, projectId)
  return toGraph({ ...row, actor: 'core' })
}

async function insertInBatches(db: Kysely<Tables>, table: 'graph_nodes' | 'graph_edges', count: number, rowOf: (number: number) => JsonRow): Promise<void> {
  for (let from = 0; from < count; from += batchRows) {
    await insertRows(db, table, Array.from({ length: Math.min(batchRows, count - from) }, (_, at) => rowOf(from + at)))
  }
}

async function forgetOlder(db: Kysely<Tables>, project: ProjectId): Promise<void> {
  const rows = await db.selectFrom('graph_metadata').select('id').where('project_id', '=', project).orderBy('stored_at', 'desc').orderBy('id', 'desc').offset(kept).execute()
  if (rows.length > 0) await db.deleteFrom('graph_metadata').where('id', 'in', rows.map(({ id }) => id)).execute()
}

async function newestRow(db: Kysely<Tables>, project: ProjectId) {
  return db.selectFrom('graph_metadata').selectAll().where('project_id', '=', project).orderBy('stored_at', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst()
}

function toGraph(row: Selectable<Tables['graph_metadata']>): StoredGraph {
  return {
    commit: row.commit, version: row.version, exact: row.exact, nodes: row.nodes, edges: row.edges,
    nodesLeftOut: row.nodes_left_out, edgesLeftOut: row.edges_left_out, storedAt: row.stored_at.toISOString(),
  }
}
