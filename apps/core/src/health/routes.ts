import { statfs } from 'node:fs/promises'
import { DetailedHealth, Health, QueueState } from '@codeforge/contracts/api'
import type { CheckResult } from '@codeforge/contracts/api'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { z } from 'zod'
import { workerSilenceMs } from '../dispatch/index.ts'
import { write } from '../http/index.ts'
import type { App, RouteContext } from '../http/index.ts'

const lowDiskBytes = 500 * 1024 * 1024

/** Whether it works, for anyone; why not, for who is signed in. */
export function healthRoutes(app: App, context: RouteContext): void {
  const { ports, config } = context
  const open = { schema: { tags: ['health'], response: { 200: Health } } }
  app.get('/health', open, () => ({ status: 'ok' as const, version: config.version }))
  app.get('/health/live', open, () => ({ status: 'ok' as const, version: config.version }))
  app.get('/health/ready', open, async () => {
    await ports.store.settings.get('ready').catch((error: unknown) => {
      throw new CodeForgeError('unavailable', 'The database does not answer.', { cause: error })
    })
    if (!(await ports.queue.status()).connected) throw new CodeForgeError('unavailable', 'The queue is not connected.')
    return { status: 'ok' as const, version: config.version }
  })
  app.get('/api/v1/health', { schema: { tags: ['health'], response: { 200: DetailedHealth } } }, async () => detailedHealth(context))

  app.get('/api/v1/queue', { schema: { tags: ['health'], response: { 200: QueueState } } }, async () => {
    const [status, { pending, published, claimed }] = await Promise.all([ports.queue.status(), ports.store.jobs.counts()])
    return { adapter: config.queueAdapter, ...status, jobs: { pending, published, claimed } }
  })

  const deadLetter = z.strictObject({ id: z.string(), subject: z.string(), reason: z.string(), at: z.iso.datetime(), payload: z.string() })
  app.get('/api/v1/queue/dead-letters', { schema: { tags: ['health'], response: { 200: z.strictObject({ items: z.array(deadLetter) }) } } }, async () => ({
    items: (await ports.queue.deadLetters(100)).map((letter) => ({ ...letter, at: letter.at.toISOString() })),
  }))
  app.post('/api/v1/queue/dead-letters/:id/replay', {
    schema: { tags: ['health'], params: z.strictObject({ id: z.string() }), response: { 200: z.strictObject({ replayed: z.boolean() }) } },
  }, async (request, reply) =>
    write(ports, request, reply, 200, async () => {
      await ports.queue.replay(request.params.id)
      return { body: { replayed: true } }
    }))
}

async function detailedHealth({ ports, config }: RouteContext): Promise<DetailedHealth> {
  const { store, queue, clock } = ports
  const [status, queued, jobs, workers, disk, bytes] = await Promise.all([
    store.status(), queue.status(), store.jobs.counts(),
    store.workers.alive(new Date(clock.now().getTime() - workerSilenceMs)),
    statfs(config.dataDirectory), ports.maintenance.dataBytes(),
  ])
  const free = disk.bavail * disk.bsize
  const checks: CheckResult[] = [
    check('queue', queued.connected, queued.connected ? `${config.queueAdapter}, connected` : 'not connected', 'Runs continue when the queue is back.'),
    check('workers', workers.length > 0, `${workers.length} connected`, 'Start a worker, or set worker.slots above 0.'),
    check('model', config.llm.baseUrl !== null, config.llm.baseUrl ?? 'no endpoint configured', 'Set CODEFORGE_LLM_BASE_URL.'),
    check('disk', free > lowDiskBytes, `${(free / 1024 ** 3).toFixed(1)} GB free`, 'Free some space, or run `codeforge gc`.'),
  ]
  return {
    status: checks.every(({ ok, name }) => ok || name === 'model') ? 'ok' : 'degraded',
    version: config.version,
    checks,
    store: status,
    queue: { adapter: config.queueAdapter, ...queued },
    jobs: { pending: jobs.pending, published: jobs.published, claimed: jobs.claimed },
    workers: workers.map(({ workerId, pools, slots, busy, sandbox, seenAt }) => ({ id: workerId, pools, slots, busy, sandbox, seenAt: seenAt.toISOString() })),
    model: { configured: config.llm.baseUrl !== null, baseUrl: config.llm.baseUrl, model: config.llm.model },
    dataDirectory: { path: config.dataDirectory, bytes, quotaBytes: config.storage.quotaGb * 1024 ** 3 },
  }
}

function check(name: string, ok: boolean, detail: string, help: string): CheckResult {
  return { name, ok, detail, help: ok ? null : help }
}
