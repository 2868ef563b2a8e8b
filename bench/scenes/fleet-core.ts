import { join } from 'node:path'
import { systemClock } from '@codeforge/adapters/clock/system'
import { uuidV7Ids } from '@codeforge/adapters/ids/uuid-v7'
import { natsQueue } from '@codeforge/adapters/queue/nats'
import { postgresStore } from '@codeforge/adapters/store/postgres'
import { Config } from '@codeforge/contracts/config'
import { defaultTenant, RequestId, WorkerId } from '@codeforge/contracts/ids'
import { CreateProject } from '@codeforge/contracts/project'
import { CreateRun } from '@codeforge/contracts/run-request'
import { compose } from '@codeforge/core/compose'
import { createProject } from '@codeforge/core/projects/index'
import { loadModes } from '@codeforge/host/catalogue'
import { openPolicyCatalogue } from '@codeforge/host/policy/policy-catalogue'
import { shipped } from '@codeforge/host/shipped'
import { memoryArtifactStore } from '@codeforge/ports/testing/memory-artifact-store'
import { memoryLog } from '@codeforge/ports/testing/memory-log'
import { natsServer } from '@codeforge/testing/nats-server'
import { postgresServer } from '@codeforge/testing/postgres-server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'

export const token = 'bench-token'
/** What is promised is on disk, for ours and for the baselines, which use the same servers. */
const durable = { fsync: 'on', synchronous_commit: 'on', shared_buffers: '128MB', max_wal_size: '1GB' }
const roomy = { maxConcurrentPerProject: 100_000, maxQueued: 100_000 }

/** Core of a fleet in this process, on a PostgreSQL and a nats-server of its own, with one project and the shipped profiles and modes. */
export async function openFleetCore() {
  await using stack = new AsyncDisposableStack()
  const postgres = stack.use(await postgresServer({ settings: durable }))
  const nats = stack.use(await natsServer())
  const store = stack.use(await postgresStore.open(postgresStore.config.parse({ url: postgres.url, poolSize: 10 })))
  await store.migrate(async () => undefined)
  const directory = stack.use(await temporaryDirectory('bench-core'))
  const queues = new AsyncDisposableStack()
  const openQueue = async () => queues.use(await natsQueue.open(natsQueue.config.parse({ servers: [nats.url] })))
  const ports = {
    store, queue: await openQueue(), clock: await systemClock.open({}), ids: await uuidV7Ids.open({}), artifacts: memoryArtifactStore(), log: memoryLog(),
    policies: stack.use(await openPolicyCatalogue({ shipped: shipped.policies, directory: directory.path, keptYaml: join(directory.path, '.kept.json'), secret: 'bench', check: () => [], warn: () => undefined })),
    modes: await loadModes(shipped.modes, null), secrets: () => null, models: async () => [], analyse: () => ({ commands: [], redirects: [], unknown: [] }),
    maintenance: { backUp: async () => '', collect: async () => ({ runs: 0, artifacts: 0, bytes: 0 }), dataBytes: async () => 0 },
  }
  const core = stack.use(await compose(ports, configOf()))
  const address = await core.start()
  const caller = { tenant: defaultTenant, actor: 'user:bench', requestId: RequestId.parse(ports.ids.next()) }
  const project = await store.transaction(async (repositories) =>
    createProject(ports, repositories, CreateProject.parse({ name: 'Bench', repoUrl: 'https://example.org/bench.git' }), caller, false))
  const command = CreateRun.parse({ projectId: project.id, prompt: 'Fix the failing test.' })
  const owned = stack.move()
  owned.use(queues)
  return {
    postgres, nats, core, ports, address, openQueue,
    projectId: project.id,
    workerId: WorkerId.parse(ports.ids.next()),
    /** Accepts a run the way a request does that has no idempotency key. */
    accept: async () => core.intake({ command, caller, options: {} }),
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}
export type FleetCore = Awaited<ReturnType<typeof openFleetCore>>

function configOf() {
  const { server, budget, runs, storage, llm, retrieval } = Config.parse({
    llm: { baseUrl: 'http://127.0.0.1:1/v1', model: 'bench' }, server: { requestsPerMinute: 100_000_000, port: 0 },
    runs: roomy, budget: { perDayUsd: 1_000_000, perProjectPerDayUsd: 1_000_000 },
  })
  return {
    version: 'bench', server, budget, runs, storage, llm, retrieval, prices: { bench: { prompt: 1_000_000, completion: 1_000_000 } },
    queueAdapter: 'nats', localPathPool: 'host-bench', dataDirectory: '/', dashboardDirectory: null, token,
  }
}
