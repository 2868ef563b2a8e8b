import { CodeForgeError } from '@codeforge/contracts/error-code'
import { ProjectId, TaskId } from '@codeforge/contracts/ids'
import { PageQuery, pageOf } from '@codeforge/contracts/page'
import { CreateTask, Task, UpdateTask } from '@codeforge/contracts/task'
import { z } from 'zod'
import type { App, RouteContext } from '../http/app.ts'
import { callerOf } from '../http/request-context.ts'
import { write } from '../http/write.ts'

const byId = z.strictObject({ id: TaskId })
const byProject = z.strictObject({ id: ProjectId })

/** Tasks: what is wanted of a project. */
export function taskRoutes(app: App, { ports }: RouteContext): void {
  const { store } = ports

  app.post('/projects/:id/tasks', { schema: { tags: ['tasks'], params: byProject, body: CreateTask, response: { 201: Task } } }, async (request, reply) =>
    write(ports, request, reply, 201, async (repositories) => {
      const { id: projectId } = request.params
      if (await repositories.projects.get(projectId) === null) throw new CodeForgeError('not-found', `There is no project ${projectId}.`)
      const now = ports.clock.now().toISOString()
      const task: Task = {
        ...request.body, id: TaskId.parse(ports.ids.next()), projectId, tenant: callerOf(request).tenant,
        status: 'open', version: 1, createdAt: now, updatedAt: now,
      }
      await repositories.tasks.insert(task)
      return { body: task }
    }))

  app.get('/projects/:id/tasks', { schema: { tags: ['tasks'], params: byProject, querystring: PageQuery, response: { 200: pageOf(Task) } } }, async (request) =>
    store.tasks.list(request.params.id, request.query))

  app.get('/tasks/:id', { schema: { tags: ['tasks'], params: byId, response: { 200: Task } } }, async (request) =>
    found(await store.tasks.get(request.params.id), request.params.id))

  app.patch('/tasks/:id', { schema: { tags: ['tasks'], params: byId, body: UpdateTask, response: { 200: Task } } }, async (request, reply) =>
    write(ports, request, reply, 200, async (repositories) => {
      const { version, ...changes } = request.body
      const task = found(await repositories.tasks.get(request.params.id), request.params.id)
      const changed = Task.parse({ ...task, ...changes, version: version + 1, updatedAt: ports.clock.now().toISOString() })
      if (await repositories.tasks.update(changed, version)) return { body: changed }
      throw new CodeForgeError('stale-version', `The task is at version ${task.version}, not ${version}.`)
    }))

  app.delete('/tasks/:id', { schema: { tags: ['tasks'], params: byId, response: { 204: z.null() } } }, async (request, reply) =>
    write(ports, request, reply, 204, async (repositories) => {
      if (await repositories.tasks.delete(request.params.id)) return { body: null }
      throw new CodeForgeError('not-found', `There is no task ${request.params.id}.`)
    }))
}

function found(task: Task | null, id: TaskId): Task {
  if (!task) throw new CodeForgeError('not-found', `There is no task ${id}.`)
  return task
}
