import { CodeForgeError } from '@codeforge/contracts/error-code'
import { ProjectId } from '@codeforge/contracts/ids'
import { PageQuery, pageOf } from '@codeforge/contracts/page'
import { CreateProject, Project, UpdateProject } from '@codeforge/contracts/project'
import { z } from 'zod'
import { appendEvent } from '../append-event.ts'
import { callerOf, write } from '../http/index.ts'
import type { App, RouteContext } from '../http/index.ts'
import { createProject } from './create-project.ts'

const byId = z.strictObject({ id: ProjectId })

/** Projects: the repositories under care. */
export function projectRoutes(app: App, { ports }: RouteContext): void {
  const { store } = ports

  app.post('/projects', { schema: { tags: ['projects'], body: CreateProject, response: { 201: Project } } }, async (request, reply) =>
    write(ports, request, reply, 201, async (repositories) =>
      ({ body: await createProject(ports, repositories, request.body, callerOf(request)) })))

  const listQuery = PageQuery.extend({ localPath: z.string().max(4096).optional() })
  app.get('/projects', { schema: { tags: ['projects'], querystring: listQuery, response: { 200: pageOf(Project) } } }, async (request) => {
    const { tenant } = callerOf(request)
    const { localPath, ...page } = request.query
    if (localPath === undefined) return store.projects.list(tenant, page)
    const project = await store.projects.findByLocalPath(tenant, localPath)
    return { items: project ? [project] : [], nextCursor: null }
  })

  app.get('/projects/:id', { schema: { tags: ['projects'], params: byId, response: { 200: Project } } }, async (request) =>
    found(await store.projects.get(request.params.id), request.params.id))

  app.patch('/projects/:id', { schema: { tags: ['projects'], params: byId, body: UpdateProject, response: { 200: Project } } }, async (request, reply) =>
    write(ports, request, reply, 200, async (repositories) => {
      const { version, ...changes } = request.body
      const project = found(await repositories.projects.get(request.params.id), request.params.id)
      const changed = Project.parse({ ...project, ...changes, version: version + 1, updatedAt: ports.clock.now().toISOString() })
      if (changed.localPath === null && changed.repoUrl === null) throw new CodeForgeError('invalid-input', 'A project needs localPath or repoUrl.')
      if (!await repositories.projects.update(changed, version)) {
        throw new CodeForgeError('stale-version', `The project is at version ${project.version}, not ${version}.`)
      }
      await appendEvent(ports, repositories, `project.${project.id}`, { kind: 'project.updated', changed: Object.keys(changes) }, callerOf(request))
      return { body: changed }
    }))

  app.delete('/projects/:id', { schema: { tags: ['projects'], params: byId, response: { 204: z.null() } } }, async (request, reply) =>
    write(ports, request, reply, 204, async (repositories) => {
      const { id } = request.params
      const counts = await repositories.runs.countByStatus({ tenant: callerOf(request).tenant, project: id })
      const active = Object.entries(counts).some(([status, count]) => status !== 'ended' && count > 0)
      if (active) throw new CodeForgeError('conflict', 'The project has runs that have not ended. Cancel them first.')
      if (!await repositories.projects.delete(id)) throw new CodeForgeError('not-found', `There is no project ${id}.`)
      await appendEvent(ports, repositories, `project.${id}`, { kind: 'project.deleted' }, callerOf(request))
      return { body: null }
    }))
}

function found(project: Project | null, id: ProjectId): Project {
  if (!project) throw new CodeForgeError('not-found', `There is no project ${id}.`)
  return project
}
