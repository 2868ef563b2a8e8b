import {
  CodeHit, CodeIndexState, CodeMap, CodePack, CodeStatus, DeepSearchCode, DeepSearched, ExcerptCode, FileGraph, FilePrediction, MapCode, PackCode, ReferencePlace, RelateCode, RelatedPlace, SearchCode, SymbolPlace,
} from '@codeforge/contracts/code'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { ProjectId, TaskId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import { StoredEdge, StoredGraphState, StoredNode } from '@codeforge/contracts/stored-graph'
import { z } from 'zod'
import { callerOf } from '../http/index.ts'
import type { App, RouteContext } from '../http/index.ts'
import type { CorePorts } from '../ports.ts'
import { codeAsker, type CodeAsker } from './ask-code.ts'
import { searchDeeply } from './deep-search.ts'
import { projectIndexes, type ProjectIndexes } from './index-project.ts'
import { projectGraphs } from './store-graph.ts'

const byId = z.strictObject({ id: ProjectId })
const tags = ['code']
const answered = <Schema extends z.ZodType>(result: Schema) => ({ 200: z.strictObject({ status: CodeStatus, result }) })
/** `focus=` asks for none. */
const focus = z.string().trim().max(20_000).optional()
const focused = (text: string | undefined) => (text === undefined || text === '' ? {} : { focus: text })
const byName = z.strictObject({ name: z.string().min(1).max(500) })

/** The code of a project's repository: indexed, searched, mapped and packed by a worker that can see it. */
export function codeRoutes(app: App, { ports, config }: RouteContext): void {
  const asked = codeAsker(ports, config)
  const indexes = projectIndexes(ports, asked)
  const asker: CodeAsker = {
    async ask(project, request) {
      const answer = await asked.ask(project, request)
      indexes.answered(project, answer.status)
      return answer
    },
  }
  indexRoutes(app, ports, indexes)
  searchRoutes(app, { ports, config }, asker)
  graphRoutes(app, ports, asker)
  storedGraphRoutes(app, ports, asker)
  taskRoutes(app, ports, asker)
}

function indexRoutes(app: App, ports: CorePorts, indexes: ProjectIndexes): void {
  app.get('/projects/:id/index', { schema: { tags, params: byId, response: { 200: CodeIndexState } } }, async (request) =>
    indexes.look(await found(ports, request.params.id)))
  app.post('/projects/:id/index', { schema: { tags, params: byId, response: { 202: CodeIndexState } } }, async (request, reply) =>
    reply.status(202).send(await indexes.start(await found(ports, request.params.id), callerOf(request))))
}

function searchRoutes(app: App, { ports, config }: Pick<RouteContext, 'ports' | 'config'>, asker: CodeAsker): void {
  const { ask } = asker
  app.post('/projects/:id/search', { schema: { tags, params: byId, body: SearchCode, response: answered(z.array(CodeHit)) } }, async (request) =>
    ask(await found(ports, request.params.id), { kind: 'search', ...request.body }))
  app.post('/projects/:id/search/agent', { schema: { tags, params: byId, body: DeepSearchCode, response: answered(DeepSearched) } }, async (request) =>
    searchDeeply(ports, config, asker, await found(ports, request.params.id), request.body, callerOf(request)))
  app.post('/projects/:id/excerpts', { schema: { tags, params: byId, body: ExcerptCode, response: answered(z.array(z.string())) } }, async (request) =>
    ask(await found(ports, request.params.id), { kind: 'excerpts', ...request.body }))
  app.post('/projects/:id/repomap', { schema: { tags, params: byId, body: MapCode, response: answered(CodeMap) } }, async (request) =>
    ask(await found(ports, request.params.id), { kind: 'map', ...request.body }))
  const mapQuery = z.strictObject({ tokens: z.coerce.number().int().min(50).max(50_000).default(2000), focus })
  app.get('/projects/:id/repomap', { schema: { tags, params: byId, querystring: mapQuery, response: answered(CodeMap) } }, async (request) => {
    const { tokens, focus: text } = request.query
    return ask(await found(ports, request.params.id), { kind: 'map', tokens, ...focused(text) })
  })
  const prediction = z.strictObject({ task: z.string().trim().min(1).max(20_000), top: z.int().min(1).max(200).default(20) })
  app.post('/projects/:id/predict', { schema: { tags, params: byId, body: prediction, response: answered(z.array(FilePrediction)) } }, async (request) =>
    ask(await found(ports, request.params.id), { kind: 'predict', ...request.body }))
  app.post('/projects/:id/context', { schema: { tags, params: byId, body: PackCode, response: answered(CodePack) } }, async (request) =>
    ask(await found(ports, request.params.id), { kind: 'pack', ...request.body }))
}

function graphRoutes(app: App, ports: CorePorts, { ask }: CodeAsker): void {
  app.get('/projects/:id/graph/symbol', { schema: { tags, params: byId, querystring: byName, response: answered(z.array(SymbolPlace)) } }, async (request) =>
    ask(await found(ports, request.params.id), { kind: 'symbol', ...request.query }))
  app.get('/projects/:id/graph/references', { schema: { tags, params: byId, querystring: byName, response: answered(z.array(ReferencePlace)) } }, async (request) =>
    ask(await found(ports, request.params.id), { kind: 'references', ...request.query }))
  const graphQuery = z.strictObject({ top: z.coerce.number().int().min(1).max(5000).default(500), focus })
  app.get('/projects/:id/graph', { schema: { tags, params: byId, querystring: graphQuery, response: answered(FileGraph) } }, async (request) => {
    const { top, focus: text } = request.query
    return ask(await found(ports, request.params.id), { kind: 'graph', top, ...focused(text) })
  })
  app.post('/projects/:id/graph/search', { schema: { tags, params: byId, body: RelateCode, response: answered(z.array(RelatedPlace)) } }, async (request) =>
    ask(await found(ports, request.params.id), { kind: 'related', ...request.body }))
}

function storedGraphRoutes(app: App, ports: CorePorts, asker: CodeAsker): void {
  const graphs = projectGraphs(ports, asker)
  const page = { after: z.coerce.number().int().min(-1).default(-1), limit: z.coerce.number().int().min(1).max(1000).default(200) }
  app.post('/projects/:id/graph/build', { schema: { tags, params: byId, response: { 202: StoredGraphState } } }, async (request, reply) =>
    reply.status(202).send(await graphs.start(await found(ports, request.params.id), callerOf(request))))
  app.get('/projects/:id/graph/status', { schema: { tags, params: byId, response: { 200: StoredGraphState } } }, async (request) =>
    graphs.state((await found(ports, request.params.id)).id))
  const nodeQuery = z.strictObject({ ...page, path: z.string().max(4096).optional(), name: z.string().max(500).optional() })
  app.get('/projects/:id/graph/nodes', { schema: { tags, params: byId, querystring: nodeQuery, response: { 200: z.strictObject({ items: z.array(StoredNode) }) } } }, async (request) =>
    ({ items: [...await ports.store.graphs.nodes((await found(ports, request.params.id)).id, request.query)] }))
  const edgeQuery = z.strictObject({ ...page, node: z.coerce.number().int().min(0).optional() })
  app.get('/projects/:id/graph/edges', { schema: { tags, params: byId, querystring: edgeQuery, response: { 200: z.strictObject({ items: z.array(StoredEdge) }) } } }, async (request) =>
    ({ items: [...await ports.store.graphs.edges((await found(ports, request.params.id)).id, request.query)] }))
}

function taskRoutes(app: App, ports: CorePorts, { ask }: CodeAsker): void {
  const params = z.strictObject({ id: TaskId })
  app.post('/tasks/:id/context', { schema: { tags, params, body: PackCode.omit({ task: true }), response: answered(CodePack) } }, async (request) => {
    const task = await ports.store.tasks.get(request.params.id)
    if (!task) throw new CodeForgeError('not-found', `There is no task ${request.params.id}.`)
    const words = [task.title, task.body].filter((text) => text !== '').join('\n\n').slice(0, 20_000)
    return ask(await found(ports, task.projectId), { kind: 'pack', task: words, ...request.body })
  })
}

async function found({ store }: Pick<CorePorts, 'store'>, id: ProjectId): Promise<Project> {
  const project = await store.projects.get(id)
  if (!project) throw new CodeForgeError('not-found', `There is no project ${id}.`)
  return project
}
