import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { apiOf, startCodeForge, until } from '@codeforge/testing/codeforge-process'
import type { Ask, CodeForgeProcess } from '@codeforge/testing/codeforge-process'
import { natsServer, withoutNats } from '@codeforge/testing/nats-server'
import { postgresServer } from '@codeforge/testing/postgres-server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { shipped } from './shipped.ts'

const run = promisify(execFile)

/** The fix of the sample repository, as a model would do it; `pause` gives a test the time to interfere. */
function fixingScript(pause = 0) {
  return {
    name: 'fix',
    turns: [
      { text: 'Let me see.', toolCalls: [{ tool: 'read_file', args: { path: 'src/parse-duration.js' } }] },
      {
        text: 'I correct the sum.',
        toolCalls: [{ tool: 'edit_file', args: { path: 'src/parse-duration.js', old_text: 'total = Number', new_text: 'total += Number' } }],
      },
      { text: 'I run the tests.', toolCalls: [{ tool: 'shell', args: { command: pause > 0 ? `sleep ${pause} && node --test` : 'node --test' } }] },
      { text: 'Every part is added up now, and all tests pass.' },
    ],
  }
}

/** One way to run CodeForge, with the API of its core. */
interface Column extends AsyncDisposable {
  readonly ask: Ask
  readonly workers: readonly CodeForgeProcess[]
}

async function embedded(model: Readonly<Record<string, string>>): Promise<Column> {
  await using stack = new AsyncDisposableStack()
  const data = stack.use(await temporaryDirectory('data'))
  const host = stack.use(startCodeForge(['start', '--no-demo'], data.path, { CODEFORGE_PORT: '0', ...model }))
  const ask = await apiOf(host)
  const owned = stack.move()
  return { ask, workers: [], [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}

async function fleet(model: Readonly<Record<string, string>>): Promise<Column> {
  await using stack = new AsyncDisposableStack()
  const [database, nats, shared] = [stack.use(await postgresServer()), stack.use(await natsServer()), stack.use(await temporaryDirectory('artifacts'))]
  const common = { CODEFORGE_QUEUE_ADAPTER: 'nats', NATS_URL: nats.url, CODEFORGE_ARTIFACTS_DIRECTORY: shared.path, CODEFORGE_RUNS_LEASE_SECONDS: '3', ...model }
  const start = async (command: string, settings: Readonly<Record<string, string>>): Promise<CodeForgeProcess> =>
    stack.use(startCodeForge([command], stack.use(await temporaryDirectory(command)).path, { ...common, ...settings }))
  const core = await start('core', { CODEFORGE_STORE_ADAPTER: 'postgres', DATABASE_URL: database.url, CODEFORGE_PORT: '0' })
  const ask = await apiOf(core)
  const workers = [await start('worker', { CODEFORGE_WORKER_SLOTS: '2' }), await start('worker', { CODEFORGE_WORKER_SLOTS: '2' })]
  const printed = (): string => [core, ...workers].map((one) => one.output()).join('\n---\n')
  await until(async () => ((await ask('GET', '/health'))['workers'] as unknown[]).length === 2, 60_000, () => `two workers did not come up:\n${printed()}`)
  const owned = stack.move()
  return { ask, workers, [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}

async function sampleRepository(path: string): Promise<string> {
  const repository = join(path, 'sample')
  await cp(join(shipped.examples, 'sample-repository'), repository, { recursive: true })
  const git = async (...args: string[]) => run('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], { cwd: repository })
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'start')
  return repository
}

async function startRun(ask: Ask, repository: string): Promise<string> {
  const project = await ask('POST', '/projects', { name: 'Sample', localPath: repository })
  const { id } = await ask('POST', '/runs', {
    projectId: project['id'], prompt: 'Fix the failing test.', gates: [{ name: 'tests', command: 'node --test' }],
  })
  return String(id)
}

async function ended(ask: Ask, id: string): Promise<Record<string, unknown>> {
  let last = {}
  return until(async () => {
    last = await ask('GET', `/runs/${id}`)
    return (last as { status?: string }).status === 'ended' ? last : null
  }, 90_000, () => `the run did not end: ${JSON.stringify(last)}`)
}

interface RecordedEvent { readonly kind: string, readonly sequence: number, readonly attempt: number | null, readonly data: Record<string, unknown> }

async function eventsOf(ask: Ask, id: string): Promise<RecordedEvent[]> {
  return (await ask('GET', `/runs/${id}/events?limit=1000`))['items'] as RecordedEvent[]
}

async function settings(model: { readonly url: string }): Promise<Record<string, string>> {
  return { CODEFORGE_LLM_BASE_URL: model.url, CODEFORGE_LLM_MODEL: 'scripted/fix' }
}

for (const [name, open, options] of [['embedded', embedded, {}], ['fleet', fleet, { skip: await withoutNats() }]] as const) {
  describe(`a run in the ${name} column`, options, () => {
    test('goes from a request to a proved branch, and touches nothing else of the repository', async () => {
      await using model = await scriptedModelServer({ scripts: [fixingScript()] })
      await using column = await open(await settings(model))
      await using directory = await temporaryDirectory('repository')
      const repository = await sampleRepository(directory.path)
      const id = await startRun(column.ask, repository)
      const { outcome, gates, delivery } = await ended(column.ask, id)
      const events = await eventsOf(column.ask, id)
      const status = await run('git', ['status', '--porcelain'], { cwd: repository })
      const changed = await run('git', ['diff', '--stat', `main..codeforge/${id}`], { cwd: repository })
      assert.deepEqual({ outcome, gate: (gates as { status: string }[])[0]?.status, status: status.stdout }, { outcome: 'succeeded', gate: 'passed', status: '' })
      assert.match(changed.stdout, /src\/parse-duration\.js \| 2 \+-/)
      assert.equal((delivery as { branch: string }).branch, `codeforge/${id}`)
      assert.deepEqual(events.map(({ sequence }) => sequence), events.map((_, index) => index + 1))
    })
  })
}

describe('an embedded host', () => {
  test('that was killed in the middle of a run finishes it when it is started again', async () => {
    await using model = await scriptedModelServer({ scripts: [fixingScript(4)] })
    await using data = await temporaryDirectory('data')
    await using directory = await temporaryDirectory('repository')
    const repository = await sampleRepository(directory.path)
    const environment = { CODEFORGE_PORT: '0', CODEFORGE_RUNS_LEASE_SECONDS: '3', ...await settings(model) }
    await using killed = startCodeForge(['start', '--no-demo'], data.path, environment)
    const ask = await apiOf(killed)
    const id = await startRun(ask, repository)
    await shellCallOf(ask, id)
    await killed.end('SIGKILL')
    await rm(join(data.path, 'host.json'))
    await using second = startCodeForge(['start', '--no-demo'], data.path, environment)
    const askAgain = await apiOf(second)
    const { outcome, attempt } = await ended(askAgain, id)
    const events = await eventsOf(askAgain, id)
    assert.deepEqual({ outcome, attempt }, { outcome: 'succeeded', attempt: 2 })
    assert.deepEqual(events.map(({ sequence }) => sequence), events.map((_, index) => index + 1))
    assert.equal(events.filter(({ kind }) => kind === 'delivery.completed').length, 1)
  })
})

describe('a fleet', { skip: await withoutNats() }, () => {
  test('finishes a run whose worker was killed in the middle of a tool, with one delivery', async () => {
    await using model = await scriptedModelServer({ scripts: [fixingScript(4)] })
    await using column = await fleet(await settings(model))
    await using directory = await temporaryDirectory('repository')
    const repository = await sampleRepository(directory.path)
    const id = await startRun(column.ask, repository)
    const working = await shellCallOf(column.ask, id)
    await holderOf(column, working).end('SIGKILL')
    const { outcome, attempt } = await ended(column.ask, id)
    const events = await eventsOf(column.ask, id)
    assert.deepEqual({ outcome, attempt }, { outcome: 'succeeded', attempt: 2 })
    assert.deepEqual(events.map(({ sequence }) => sequence), events.map((_, index) => index + 1))
    assert.equal(events.filter(({ kind }) => kind === 'delivery.completed').length, 1)
    const edits = events.filter(({ kind, data }) => kind === 'toolcall.completed' && data['tool'] === 'edit_file')
    assert.equal(edits.length, 1, 'a call whose result was recorded is not executed again')
  })
})

/** Waits until the run's shell call was allowed; the events up to then. */
async function shellCallOf(ask: Ask, id: string): Promise<RecordedEvent[]> {
  return until(async () => {
    const events = await eventsOf(ask, id)
    return events.some(({ kind, data }) => kind === 'toolcall.allowed' && (data['call'] as { tool: string }).tool === 'shell') ? events : null
  }, 60_000, () => 'the shell call did not begin')
}

/** The worker process that holds the run: the one that prints its worker id at the start. */
function holderOf({ workers }: Column, events: readonly RecordedEvent[]): CodeForgeProcess {
  const claimed = events.findLast(({ kind }) => kind === 'attempt.started')
  const holder = workers.find((worker) => worker.output().includes(String(claimed?.data['workerId'])))
  assert.ok(holder, `no worker printed its id ${JSON.stringify(claimed)}:\n${workers.map((worker) => worker.output()).join('\n---\n')}`)
  return holder
}
