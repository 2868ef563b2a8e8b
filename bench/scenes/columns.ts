import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { apiOf, startCodeForge, until } from '@codeforge/testing/codeforge-process'
import type { Ask, CodeForgeProcess } from '@codeforge/testing/codeforge-process'
import { natsServer } from '@codeforge/testing/nats-server'
import { postgresServer } from '@codeforge/testing/postgres-server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'

type Settings = Readonly<Record<string, string>>

/** CodeForge as a user runs it, in processes of its own. */
export interface Column extends AsyncDisposable {
  readonly ask: Ask
  /** The process that works on runs. */
  readonly worker: CodeForgeProcess
  /** The process that serves the API; in the embedded column the same. */
  readonly core: CodeForgeProcess
}

/** A limit that no measurement meets: what is measured is the work. */
const unlimited: Settings = { CODEFORGE_SERVER_REQUESTS_PER_MINUTE: '1000000', CODEFORGE_RUNS_DELIVER: 'none', CODEFORGE_BUDGET_PER_DAY_USD: '1000000' }

/** Core and worker in one process, with the embedded PostgreSQL. */
export async function embedded(settings: Settings): Promise<Column> {
  await using stack = new AsyncDisposableStack()
  const data = stack.use(await temporaryDirectory('bench-data'))
  const host = stack.use(startCodeForge(['start', '--no-demo'], data.path, { ...unlimited, CODEFORGE_PORT: '0', ...settings }))
  const ask = await apiOf(host)
  return owned(stack, { ask, worker: host, core: host })
}

/** One core and one worker, with a real nats-server and PostgreSQL; both keep what they accepted through a power failure. */
export async function fleet(settings: Settings): Promise<Column> {
  await using stack = new AsyncDisposableStack()
  const [database, nats] = await Promise.all([postgresServer({ settings: { fsync: 'on' } }), natsServer()])
  const [shared, data, work] = await Promise.all(['artifacts', 'core', 'worker'].map(async (name) => temporaryDirectory(`bench-${name}`)))
  if (!shared || !data || !work) throw new Error('a temporary directory is missing')
  for (const each of [database, nats, shared, data, work]) stack.use(each)
  const common = { ...unlimited, CODEFORGE_QUEUE_ADAPTER: 'nats', NATS_URL: nats.url, CODEFORGE_ARTIFACTS_DIRECTORY: shared.path, ...settings }
  const core = stack.use(startCodeForge(['core'], data.path, { ...common, CODEFORGE_STORE_ADAPTER: 'postgres', DATABASE_URL: database.url, CODEFORGE_PORT: '0' }))
  const worker = stack.use(startCodeForge(['worker'], work.path, common))
  const ask = await apiOf(core)
  await until(async () => ((await ask('GET', '/health'))['workers'] as unknown[]).length === 1, 60_000, () => `the worker did not come up:\n${worker.output()}`)
  return owned(stack, { ask, worker, core })
}

/** Where a process serves its API. */
export async function addressOf({ dataDirectory }: CodeForgeProcess): Promise<string> {
  return (JSON.parse(await readFile(join(dataDirectory, 'host.json'), 'utf8')) as { url: string }).url
}

function owned(stack: AsyncDisposableStack, column: Omit<Column, keyof AsyncDisposable>): Column {
  const all = stack.move()
  return { ...column, [Symbol.asyncDispose]: async () => all.disposeAsync() }
}
