import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { apiOf, startCodeForge, until } from '@codeforge/testing/codeforge-process'
import type { Ask, CodeForgeProcess } from '@codeforge/testing/codeforge-process'
import { natsServer } from '@codeforge/testing/nats-server'
import type { NatsServer } from '@codeforge/testing/nats-server'
import { postgresServer } from '@codeforge/testing/postgres-server'
import type { PostgresServer } from '@codeforge/testing/postgres-server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { shipped } from '../shipped.ts'

const run = promisify(execFile)

type Settings = Readonly<Record<string, string>>

/** The fix of the sample repository, as a model would do it; a test that needs time to interfere gives a command that takes some. */
export function fixingScript(command = 'node --test') {
  return {
    name: 'fix',
    turns: [
      { text: 'Let me see.', toolCalls: [{ tool: 'read_file', args: { path: 'src/parse-duration.js' } }] },
      {
        text: 'I correct the sum.',
        toolCalls: [{ tool: 'edit_file', args: { path: 'src/parse-duration.js', old_text: 'total = Number', new_text: 'total += Number' } }],
      },
      { text: 'I run the tests.', toolCalls: [{ tool: 'shell', args: { command } }] },
      { text: 'Every part is added up now, and all tests pass.' },
    ],
  }
}

/** The settings of a process that asks the scripted model. */
export function modelSettings(model: { readonly url: string }): Settings {
  return { CODEFORGE_LLM_BASE_URL: model.url, CODEFORGE_LLM_MODEL: 'scripted/fix' }
}

/** One way to run CodeForge, with the API of its core. */
export interface Column extends AsyncDisposable {
  readonly ask: Ask
  readonly workers: readonly CodeForgeProcess[]
}

/** Core and worker in one process. */
export async function embedded(settings: Settings): Promise<Column> {
  await using stack = new AsyncDisposableStack()
  const data = stack.use(await temporaryDirectory('data'))
  const host = stack.use(startCodeForge(['start', '--no-demo'], data.path, { CODEFORGE_PORT: '0', ...settings }))
  const ask = await apiOf(host)
  const owned = stack.move()
  return { ask, workers: [], [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}

/** A core and two workers, with the servers between them. */
export interface Fleet extends Column {
  readonly database: PostgresServer
  readonly nats: NatsServer
  /** Kills core and starts it again on the same data. */
  restartCore(): Promise<void>
}

/** Core and two workers as processes of their own; the lease is three seconds unless the settings say otherwise. */
export async function fleet(settings: Settings): Promise<Fleet> {
  await using stack = new AsyncDisposableStack()
  const [database, nats, shared, data] = await Promise.all([postgresServer(), natsServer(), temporaryDirectory('artifacts'), temporaryDirectory('core')])
  for (const server of [database, nats, shared, data]) stack.use(server)
  const common = { CODEFORGE_QUEUE_ADAPTER: 'nats', NATS_URL: nats.url, CODEFORGE_ARTIFACTS_DIRECTORY: shared.path, CODEFORGE_RUNS_LEASE_SECONDS: '3', ...settings }
  const owned = stack.use(new AsyncDisposableStack())
  const startCore = (): CodeForgeProcess =>
    owned.use(startCodeForge(['core'], data.path, { ...common, CODEFORGE_STORE_ADAPTER: 'postgres', DATABASE_URL: database.url, CODEFORGE_PORT: '0' }))
  const startWorker = async (): Promise<CodeForgeProcess> =>
    owned.use(startCodeForge(['worker'], owned.use(await temporaryDirectory('worker')).path, { CODEFORGE_WORKER_SLOTS: '2', ...common }))
  let core = startCore()
  const workers = [await startWorker(), await startWorker()]
  let ask = await apiOf(core)
  const printed = (): string => [core, ...workers].map((one) => one.output()).join('\n---\n')
  const restartCore = async (): Promise<void> => {
    await core.end('SIGKILL')
    await rm(join(data.path, 'host.json'))
    core = startCore()
    ask = await apiOf(core)
  }
  await until(async () => ((await ask('GET', '/health'))['workers'] as unknown[]).length === 2, 60_000, () => `two workers did not come up:\n${printed()}`)
  const all = stack.move()
  return { database, nats, workers, restartCore, ask: async (...question) => ask(...question), [Symbol.asyncDispose]: async () => all.disposeAsync() }
}

/** A copy of the sample repository with one commit. */
export async function sampleRepository(path: string): Promise<string> {
  const repository = join(path, 'sample')
  await cp(join(shipped.examples, 'sample-repository'), repository, { recursive: true })
  const git = async (...args: string[]) => run('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], { cwd: repository })
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'start')
  return repository
}

/** Makes a project of the repository and starts a run on it. */
export async function startRun(ask: Ask, repository: string, gate = 'node --test'): Promise<string> {
  const project = await ask('POST', '/projects', { name: 'Sample', localPath: repository })
  const { id } = await ask('POST', '/runs', { projectId: project['id'], prompt: 'Fix the failing test.', gates: [{ name: 'tests', command: gate }] })
  return String(id)
}

/** Waits for the end of a run, and returns what the API says of it. */
export async function ended(ask: Ask, id: string): Promise<Record<string, unknown>> {
  let last = {}
  return until(async () => {
    last = await ask('GET', `/runs/${id}`)
    return (last as { status?: string }).status === 'ended' ? last : null
  }, 90_000, () => `the run did not end: ${JSON.stringify(last)}`)
}

export interface RecordedEvent { readonly kind: string, readonly sequence: number, readonly attempt: number | null, readonly data: Record<string, unknown> }

/** All that was recorded of a run. */
export async function eventsOf(ask: Ask, id: string): Promise<RecordedEvent[]> {
  return (await ask('GET', `/runs/${id}/events?limit=1000`))['items'] as RecordedEvent[]
}

/** Waits until an event of the run satisfies the condition; the events up to then. */
export async function recorded(ask: Ask, id: string, condition: (event: RecordedEvent) => boolean): Promise<RecordedEvent[]> {
  let kinds: string[] = []
  return until(async () => {
    const events = await eventsOf(ask, id)
    kinds = events.map(({ kind }) => kind)
    return events.some(condition) ? events : null
  }, 30_000, () => `what was waited for was not recorded: ${kinds.join(', ')}`)
}

/** Waits until the run's shell call was allowed; the events up to then. */
export async function shellCallOf(ask: Ask, id: string): Promise<RecordedEvent[]> {
  return recorded(ask, id, ({ kind, data }) => kind === 'toolcall.allowed' && (data['call'] as { tool: string }).tool === 'shell')
}

/** The last attempt that has begun. */
export function attemptOf(events: readonly RecordedEvent[]): number {
  return Number(events.findLast(({ kind }) => kind === 'attempt.started')?.data['attempt'])
}

/** The worker process that holds the run: the one that prints its worker id at the start. */
export function holderOf({ workers }: Column, events: readonly RecordedEvent[]): CodeForgeProcess {
  const claimed = events.findLast(({ kind }) => kind === 'attempt.started')
  const holder = workers.find((worker) => worker.output().includes(String(claimed?.data['workerId'])))
  assert.ok(holder, `no worker printed its id ${JSON.stringify(claimed)}:\n${workers.map((worker) => worker.output()).join('\n---\n')}`)
  return holder
}
