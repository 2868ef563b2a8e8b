import { Accepted, CancelRun, ListRuns, ReadEvents, RetryRun } from '@codeforge/contracts/api'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { EventEnvelope } from '@codeforge/contracts/event'
import { RunId } from '@codeforge/contracts/ids'
import { pageOf } from '@codeforge/contracts/page'
import { Run, RunSummary } from '@codeforge/contracts/run'
import { CreateRun } from '@codeforge/contracts/run-request'
import type { RunCommand } from '@codeforge/domain/run'
import type { RunRecord } from '@codeforge/ports/store/runs'
import { workPinsOf } from '@codeforge/ports/work-pins'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerOf, signalOf, write } from '../http/index.ts'
import type { App, RouteContext } from '../http/index.ts'
import { announceChange, nudgeWorker } from './announce-change.ts'
import { commandRun } from './command-run.ts'
import { createRun } from './create-run.ts'
import { defaultModel } from './default-model.ts'
import { retryCommand } from './retry-run.ts'

const byId = z.strictObject({ id: RunId })

/** Runs: ask for one, see it, steer it, read its events. */
export function runRoutes(app: App, context: RouteContext): void {
  createRoutes(app, context)
  readRoutes(app, context)
  steerRoutes(app, context)
}

function createRoutes(app: App, context: RouteContext): void {
  const { ports, config, intake } = context
  const accept = (run: RunRecord) => ({ body: { id: run.view.id }, after: () => afterCreate(context, run) })

  app.post('/runs', { schema: { tags: ['runs'], body: CreateRun, response: { 202: Accepted } } }, async (request, reply) => {
    const signal = signalOf(reply)
    const wanted = { command: request.body, caller: callerOf(request), options: { defaultModel: await defaultModel(ports, config, request.body, signal) } }
    if (request.headers['idempotency-key'] === undefined) return reply.status(202).send({ id: (await intake(wanted)).view.id })
    return write(ports, request, reply, 202, async (repositories) => accept(await createRun(ports, config, repositories, wanted, signal)))
  })

  app.post('/runs/:id/retry', { schema: { tags: ['runs'], params: byId, body: RetryRun, response: { 202: Accepted } } }, async (request, reply) =>
    write(ports, request, reply, 202, async (repositories) => {
      const run = await found(repositories.runs.get(request.params.id), request.params.id)
      const command = retryCommand(run, await workPinsOf(ports.artifacts).load(run.work, signalOf(reply)), request.body)
      return accept(await createRun(ports, config, repositories, { command, caller: callerOf(request), options: {} }, signalOf(reply)))
    }))
}

function afterCreate({ ports, wakeRelay }: RouteContext, run: RunRecord): void {
  announceChange(ports, run)
  wakeRelay()
}

function readRoutes(app: App, { ports }: RouteContext): void {
  app.get('/runs', { schema: { tags: ['runs'], querystring: ListRuns, response: { 200: pageOf(RunSummary) } } }, async (request) => {
    const { cursor, limit, projectId, taskId, status } = request.query
    const filter = {
      tenant: callerOf(request).tenant,
      ...(projectId && { project: projectId }), ...(taskId && { task: taskId }), ...(status && { status }),
    }
    return ports.store.runs.list(filter, { limit, ...(cursor !== undefined && { cursor }) })
  })

  app.get('/runs/:id', { schema: { tags: ['runs'], params: byId, response: { 200: Run } } }, async (request) =>
    (await found(ports.store.runs.get(request.params.id), request.params.id)).view)

  app.get('/runs/:id/events', {
    schema: { tags: ['runs'], params: byId, querystring: ReadEvents, response: { 200: z.strictObject({ items: z.array(EventEnvelope).readonly(), last: z.int() }) } },
  }, async (request) => {
    const run = await found(ports.store.runs.get(request.params.id), request.params.id)
    const items = await ports.store.events.read(`run.${run.view.id}`, request.query.after, request.query.limit)
    return { items, last: run.view.sequence }
  })
}

function steerRoutes(app: App, { ports, wakeRelay }: RouteContext): void {
  const steer = async (request: FastifyRequest, reply: FastifyReply, id: RunId, command: RunCommand): Promise<FastifyReply> =>
    write(ports, request, reply, 200, async (repositories) => {
      const run = await commandRun(ports, repositories, id, command, callerOf(request))
      return {
        body: run.view,
        after: () => {
          announceChange(ports, run)
          nudgeWorker(ports, run)
          wakeRelay()
        },
      }
    })
  const schema = { tags: ['runs'], params: byId, response: { 200: Run } }

  app.post('/runs/:id/cancel', { schema: { ...schema, body: CancelRun.nullish() } }, async (request, reply) =>
    steer(request, reply, request.params.id, { kind: 'cancel', reason: request.body?.reason ?? 'cancelled by a person' }))
  app.post('/runs/:id/pause', { schema }, async (request, reply) => steer(request, reply, request.params.id, { kind: 'pause' }))
  app.post('/runs/:id/resume', { schema }, async (request, reply) => steer(request, reply, request.params.id, { kind: 'resume' }))
}

async function found(record: Promise<RunRecord | null>, id: RunId): Promise<RunRecord> {
  const run = await record
  if (!run) throw new CodeForgeError('not-found', `There is no run ${id}.`)
  return run
}
