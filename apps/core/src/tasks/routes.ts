import { CodeForgeError } from '@codeforge/contracts/error-code'
import { ProjectId, TaskId } from '@codeforge/contracts/ids'
import { PageQuery, pageOf } from '@codeforge/contracts/page'
import { CreateTask, Task, UpdateTask } from '@codeforge/contracts/task'
import type { SystemEvent } from '@codeforge/contracts/event'
import { RunSummary } from '@codeforge/contracts/run'
import type { Repositories } from '@codeforge/ports/store/store'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { appendEvent } from '../append-event.ts'
import { callerOf, write } from '../http/index.ts'
import type { App, RouteContext } from '../http/index.ts'

const byId = z.strictObject({ id: TaskId })
const byProject = z.strictObject({ id: ProjectId })

/** Tasks: what is wanted of a project. */
export function taskRoutes(app: App, { ports }: RouteContext): void {
  const { store } = ports
  const append = async (repositories: Repositories, project: ProjectId, event: SystemEvent, request: FastifyRequest): Promise<void> =>
    appendEvent(ports, repositories, `project.${project}`, event, callerOf(request))

  app.post('/projects/:id/tasks', { schema: { tags: ['tasks'], params: byProject, body: CreateTask, response: { 201: Task } } }, async (request, reply) =>
    write(ports, request, reply, 201, async (repositories) => {
      const { id: projectId } = request.params
      await checkProject(repositories, projectId)
      const now = ports.clock.now().toISOString()
      const task: Task = {
        ...request.body, id: TaskId.parse(ports.ids.next()), projectId, tenant: callerOf(request).tenant,
        status: 'open', version: 1, createdAt: now, updatedAt: now,
      }
      await repositories.tasks.insert(task)
      await append(repositories, projectId, { kind: 'task.created', taskId: task.id, title: task.title }, request)
      return { body: task }
    }))

  app.get('/projects/:id/tasks', { schema: { tags: ['tasks'], params: byProject, querystring: PageQuery, response: { 200: pageOf(Task) } } }, async (request) => {
    await checkProject(store, request.params.id)
    return store.tasks.list(request.params.id, request.query)
  })

  app.get('/tasks/:id', { schema: { tags: ['tasks'], params: byId, response: { 200: Task } } }, async (request) =>
    found(await store.tasks.get(request.params.id), request.params.id))

  app.get('/tasks/:id/runs', { schema: { tags: ['tasks'], params: byId, querystring: PageQuery, response: { 200: pageOf(RunSummary) } } }, async (request) => {
    const { id } = found(await store.tasks.get(request.params.id), request.params.id)
    return store.runs.list({ tenant: callerOf(request).tenant, task: id }, request.query)
  })

  app.patch('/tasks/:id', { schema: { tags: ['tasks'], params: byId, body: UpdateTask, response: { 200: Task } } }, async (request, reply) =>
    write(ports, request, reply, 200, async (repositories) => {
      const { version, ...changes } = request.body
      const task = found(await repositories.tasks.get(request.params.id), request.params.id)
      const changed = Task.parse({ ...task, ...changes, version: version + 1, updatedAt: ports.clock.now().toISOString() })
      if (!await repositories.tasks.update(changed, version)) {
        throw new CodeForgeError('stale-version', `The task is at version ${task.version}, not ${version}.`)
      }
      await append(repositories, task.projectId, { kind: 'task.updated', taskId: task.id, changed: Object.keys(changes) }, request)
      return { body: changed }
    }))

  app.delete('/tasks/:id', { schema: { tags: ['tasks'], params: byId, response: { 204: z.null() } } }, async (request, reply) =>
    write(ports, request, reply, 204, async (repositories) => {
      const { id, projectId } = found(await repositories.tasks.get(request.params.id), request.params.id)
      if (await repositories.tasks.delete(id)) await append(repositories, projectId, { kind: 'task.deleted', taskId: id }, request)
      return { body: null }
    }))
}

async function checkProject({ projects }: Pick<Repositories, 'projects'>, id: ProjectId): Promise<void> {
  if (await projects.get(id) === null) throw new CodeForgeError('not-found', `There is no project ${id}.`)
}

function found(task: Task | null, id: TaskId): Task {
  if (!task) throw new CodeForgeError('not-found', `There is no task ${id}.`)
  return task
}
