import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sideConnection } from '@codeforge/adapters/store/testing/fresh'
import { apiOf, startCodeForge, until } from '@codeforge/testing/codeforge-process'
import type { Ask, CodeForgeProcess } from '@codeforge/testing/codeforge-process'
import { natsServer } from '@codeforge/testing/nats-server'
import type { NatsServer } from '@codeforge/testing/nats-server'
import { postgresServer } from '@codeforge/testing/postgres-server'
import type { PostgresServer } from '@codeforge/testing/postgres-server'
import { tcpProxy } from '@codeforge/testing/tcp-proxy'
import type { TcpProxy } from '@codeforge/testing/tcp-proxy'
import { workers as workerCount } from '../plan.ts'
import type { Fault } from '../plan.ts'
import { stopFor } from './stop-for.ts'
import type { System } from './system.ts'

type Settings = Readonly<Record<string, string>>

/** A worker whose connection to the queue can be cut. */
export interface Wired {
  process: CodeForgeProcess
  readonly wire: TcpProxy
  start(): CodeForgeProcess
}

interface Parts {
  readonly database: PostgresServer
  readonly nats: NatsServer
  readonly workers: readonly Wired[]
  readonly core: { process: CodeForgeProcess; ask: Ask; start(): CodeForgeProcess }
  readonly data: string
}

/** A core and two workers with their servers; each worker reaches the queue over a wire of its own. */
export async function fleetSystem(directory: string, settings: Settings): Promise<System> {
  await using stack = new AsyncDisposableStack()
  const [database, nats] = await Promise.all([postgresServer(), natsServer()])
  stack.use(database)
  stack.use(nats)
  const artifacts = join(directory, 'artifacts')
  await mkdir(artifacts, { mode: 0o700 })
  const common = { CODEFORGE_QUEUE_ADAPTER: 'nats', CODEFORGE_ARTIFACTS_DIRECTORY: artifacts, ...settings }
  const core = await startCore(join(directory, 'core'), { ...common, NATS_URL: nats.url, CODEFORGE_STORE_ADAPTER: 'postgres', DATABASE_URL: database.url, CODEFORGE_PORT: '0' })
  stack.defer(async () => core.process.end('SIGTERM'))
  const workers = await Promise.all(Array.from({ length: workerCount }, async (_, index) => startWorker(join(directory, `worker-${index}`), nats.port, common)))
  for (const worker of workers) {
    stack.use(worker.wire)
    stack.defer(async () => worker.process.end('SIGTERM'))
  }
  const parts = { database, nats, workers, core, data: join(directory, 'core') }
  await until(async () => ((await core.ask('GET', '/health'))['workers'] as unknown[]).length >= workerCount, 60_000, () => `the workers did not come up:\n${printed(parts)}`)
  const owned = stack.move()
  return {
    ask: async (...question) => core.ask(...question),
    directories: [directory],
    wired: workers,
    processes: () => ({ core: core.process, ...Object.fromEntries(workers.map(({ process }, index) => [`worker ${index}`, process])) }),
    places: {
      artifacts, 'stream': nats.storeDirectory, 'core repositories': join(directory, 'core', 'repositories'),
      ...Object.fromEntries(workers.flatMap((_, index) => ['repositories', 'spool', 'cache'].map((name) => [`worker ${index} ${name}`, join(directory, `worker-${index}`, name)]))),
    },
    expected: () => [core.process.pid, ...workers.map(({ process }) => process.pid)],
    output: () => printed(parts),
    inflict: async (fault) => inflict(parts, fault),
    async query<Row extends object>(text: string) {
      await using side = await sideConnection({ connectionString: database.url })
      return (await side.query<Row>(text)).rows
    },
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

async function startCore(data: string, settings: Settings): Promise<Parts['core']> {
  const start = (): CodeForgeProcess => startCodeForge(['core'], data, settings)
  const process = start()
  return { process, ask: await apiOf(process), start }
}

async function startWorker(data: string, queuePort: number, settings: Settings): Promise<Wired> {
  const wire = await tcpProxy(queuePort)
  const start = (): CodeForgeProcess => startCodeForge(['worker'], data, { ...settings, NATS_URL: `nats://127.0.0.1:${wire.port}` })
  return { process: start(), wire, start }
}

async function inflict(parts: Parts, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'kill-worker':
    case 'stop-worker':
    case 'cut-worker':
      return inflictOnWorker(parts.workers[fault.worker], fault.kind, fault.milliseconds)
    case 'kill-core':
      return restartCore(parts, fault.milliseconds)
    case 'stop-core':
      return stopFor(parts.core.process.pid, fault.milliseconds)
    case 'kill-queue':
    case 'wipe-queue':
      await parts.nats.kill()
      if (fault.kind === 'wipe-queue') await rm(parts.nats.storeDirectory, { recursive: true, force: true })
      await sleep(fault.milliseconds)
      return parts.nats.start()
    case 'kill-database':
    case 'restart-database':
      await (fault.kind === 'kill-database' ? parts.database.kill() : parts.database.stop())
      await sleep(fault.milliseconds)
      return parts.database.start()
    case 'kill-host':
    case 'stop-host':
      throw new Error('a fleet has no host')
    default:
      return fault satisfies never
  }
}

async function inflictOnWorker(worker: Wired | undefined, kind: 'kill-worker' | 'stop-worker' | 'cut-worker', milliseconds: number): Promise<void> {
  if (!worker) throw new Error('there is no such worker')
  switch (kind) {
    case 'kill-worker':
      await worker.process.end('SIGKILL')
      await sleep(milliseconds)
      worker.process = worker.start()
      return
    case 'stop-worker':
      return stopFor(worker.process.pid, milliseconds)
    case 'cut-worker':
      worker.wire.freeze()
      await sleep(milliseconds)
      return worker.wire.mend()
    default:
      return kind satisfies never
  }
}

async function restartCore({ core, data }: Parts, milliseconds: number): Promise<void> {
  await core.process.end('SIGKILL')
  await rm(join(data, 'host.json'), { force: true })
  await sleep(milliseconds)
  core.process = core.start()
  core.ask = await apiOf(core.process)
}

function printed({ core, workers }: Parts): string {
  return [core.process, ...workers.map(({ process }) => process)].map((one) => one.output()).join('\n---\n')
}
