import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { sideConnection } from '@codeforge/adapters/store/testing/fresh'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { until } from '@codeforge/testing/codeforge-process'
import { withoutNats } from '@codeforge/testing/nats-server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { attemptOf, embedded, ended, eventsOf, fixingScript, fleet, holderOf, modelSettings, recorded, sampleRepository, shellCallOf, startRun } from './testing/columns.ts'
import type { Column, Fleet } from './testing/columns.ts'
import { heldCommand } from './testing/held-command.ts'
import { isGone, processesWith } from './testing/processes.ts'

interface Scene<Kind> extends AsyncDisposable {
  readonly column: Kind
  readonly repository: string
}

async function scene<Kind extends Column>(open: (settings: Readonly<Record<string, string>>) => Promise<Kind>, command: string, settings: Readonly<Record<string, string>> = {}): Promise<Scene<Kind>> {
  await using stack = new AsyncDisposableStack()
  const model = stack.use(await scriptedModelServer({ scripts: [fixingScript(command)] }))
  const directory = stack.use(await temporaryDirectory('repository'))
  const repository = await sampleRepository(directory.path)
  const column = stack.use(await open({ ...modelSettings(model), ...settings }))
  const owned = stack.move()
  return { column, repository, [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}

/** What must hold of every run, whatever happened on its way. */
async function assertFinished({ ask }: Column, id: string, { attempt, after }: { readonly attempt?: number, readonly after?: number } = {}): Promise<void> {
  const run = await ended(ask, id)
  const events = await eventsOf(ask, id)
  if (after !== undefined) assert.ok(Number(run['attempt']) > after, `attempt ${String(run['attempt'])} ended what ${after} began`)
  const found = {
    outcome: run['outcome'],
    ...(attempt !== undefined && { attempt: run['attempt'] }),
    deliveries: events.filter(({ kind }) => kind === 'delivery.completed').length,
    sequences: events.map(({ sequence }) => sequence),
  }
  assert.deepEqual(found, {
    outcome: 'succeeded', ...(attempt !== undefined && { attempt }), deliveries: 1, sequences: events.map((_, index) => index + 1),
  }, events.map(({ kind, attempt: of, data }) => `${of} ${kind} ${JSON.stringify(data).slice(0, 300)}`).join('\n'))
}

/** Settings under which the scripted model costs something. */
async function withPrices(): Promise<AsyncDisposable & { readonly settings: Readonly<Record<string, string>> }> {
  const directory = await temporaryDirectory('settings')
  const file = join(directory.path, 'codeforge.yaml')
  await writeFile(file, 'prices: { scripted/fix: { prompt: 1, completion: 2 } }\n')
  return { settings: { CODEFORGE_CONFIG: file }, [Symbol.asyncDispose]: async () => directory[Symbol.asyncDispose]() }
}

/** A number of seconds that no other process sleeps. */
function uniqueSeconds(seconds: number): string {
  return `${seconds}.${String(process.pid).padStart(7, '0')}${randomInt(1_000_000)}`
}

describe('a run in a fleet', { skip: await withoutNats(), concurrency: 2 }, () => {
  test('goes on in the same attempt when the queue server was away for twenty seconds', async () => {
    const sleeping = `sleep ${uniqueSeconds(20)}`
    await using set = await scene(fleet, `${sleeping} && node --test`, { CODEFORGE_RUNS_LEASE_SECONDS: '60' })
    const { column, repository } = set
    const id = await startRun(column.ask, repository)
    await shellCallOf(column.ask, id)
    await until(async () => (await processesWith(sleeping)).length > 0, 10_000, () => 'the tool did not start')
    await column.nats.stop()
    // The tool ends in the meantime, so its result cannot be told while the server is away.
    await until(async () => (await processesWith(sleeping)).length === 0, 40_000, () => 'the tool did not end')
    await column.nats.start()
    await assertFinished(column, id, { attempt: 1 })
  })

  test('goes on when the database server was restarted', async () => {
    using held = heldCommand('node --test')
    await using set = await scene(fleet, held.command, { CODEFORGE_RUNS_LEASE_SECONDS: '60' })
    const { column, repository } = set
    const id = await startRun(column.ask, repository)
    await held.waits()
    await column.database.restart()
    held.letGo()
    await assertFinished(column, id, { attempt: 1 })
  })

  test('that was queued is done although the queue server lost its data', async () => {
    await using set = await scene(fleet, 'sleep 1 && node --test', { CODEFORGE_RUNS_MAX_CONCURRENT_PER_PROJECT: '10' })
    const { column, repository } = set
    const ids = [await startRun(column.ask, repository)]
    await shellCallOf(column.ask, ids[0] ?? '')
    for (let more = 0; more < 3; more += 1) ids.push(await startRun(column.ask, repository))
    await column.nats.kill()
    await rm(column.nats.storeDirectory, { recursive: true })
    await column.nats.start()
    for (const id of ids) await assertFinished(column, id)
  })

  test('is finished by another worker while its own is stopped, which tells and delivers nothing when it goes on', async () => {
    using held = heldCommand('node --test')
    // One slot each: a stopped worker with a free one could be handed the job again, which then waits for the queue's own lease.
    await using set = await scene(fleet, held.command, { CODEFORGE_RUNS_LEASE_SECONDS: '2', CODEFORGE_WORKER_SLOTS: '1' })
    const { column, repository } = set
    const id = await startRun(column.ask, repository)
    await held.waits()
    const begun = await eventsOf(column.ask, id)
    const [stopped, attempt] = [holderOf(column, begun), attemptOf(begun)]
    const tree = await held.waits(stopped.pid)
    process.kill(stopped.pid, 'SIGSTOP')
    const { length } = await recorded(column.ask, id, ({ kind, data }) => kind === 'attempt.started' && Number(data['attempt']) > attempt)
    process.kill(stopped.pid, 'SIGCONT')
    await until(async () => (await Promise.all(tree.map(isGone))).every(Boolean), 10_000, () => 'the tool of the lost attempt goes on')
    held.letGo()
    await assertFinished(column, id, { after: attempt })
    const later = (await eventsOf(column.ask, id)).slice(length)
    assert.deepEqual(later.filter((event) => event.attempt === attempt), [])
  })

  test('is done although core was killed right after it took the run', async () => {
    await using set = await scene(fleet, 'node --test')
    const { column, repository } = set
    const id = await startRun(column.ask, repository)
    await column.restartCore()
    await assertFinished(column, id)
  })

  test('is done once when ten of them are started together, and no money stays set aside', async () => {
    await using priced = await withPrices()
    await using set = await scene(fleet, 'node --test', { ...priced.settings, CODEFORGE_RUNS_MAX_CONCURRENT_PER_PROJECT: '10', CODEFORGE_RUNS_LEASE_SECONDS: '30' })
    const { column, repository } = set
    const ids = await Promise.all(Array.from({ length: 10 }, async () => startRun(column.ask, repository)))
    for (const id of ids) await assertFinished(column, id, { attempt: 1 })
    assert.deepEqual(await setAside(column), { accounts: [], slices: [], spent: true })
  })

  test('costs what a worker spent that was cut off meanwhile, as soon as that one is heard again', async () => {
    // A lease that is long enough for a slow machine, too, to pay something before it is over.
    using held = heldCommand('node --test')
    await using priced = await withPrices()
    await using set = await scene(fleet, 'node --test', { ...priced.settings, CODEFORGE_RUNS_LEASE_SECONDS: '15' })
    const { column, repository } = set
    const id = await startRun(column.ask, repository, held.command)
    await held.waits() // before the first turn: what is set aside at the start will do for two
    const worker = holderOf(column, await eventsOf(column.ask, id))
    await column.nats.stop()
    held.letGo() // so they are asked for and paid, and nobody hears of it
    await recorded(column.ask, id, ({ kind }) => kind === 'attempt.lost')
    await column.nats.start()
    await assertFinished(column, id, { after: 1 })
    let costs: number[] = []
    const booked = await until(async () => {
      const events = await eventsOf(column.ask, id)
      costs = events.map(({ data }) => ('holdId' in data ? Number(data['costMicroUsd'] ?? 0) : 0))
      return events.find(({ kind, data }) => kind === 'spend.booked' && data['attempt'] === 1) ?? null
    }, 90_000, () => `what it spent is not told: ${worker.output()}`)
    assert.ok(Number(booked.data['costMicroUsd']) > 0)
    assert.equal((await column.ask('GET', `/runs/${id}`))['costMicroUsd'], costs.reduce((sum, cost) => sum + cost, 0))
  })

  test('is done by another worker when its own was killed during a gate', async () => {
    using held = heldCommand('node --test')
    await using set = await scene(fleet, 'node --test')
    const { column, repository } = set
    const id = await startRun(column.ask, repository, held.command)
    await held.waits() // at the start, before anything was changed
    await held.letGoOnce()
    const events = await recorded(column.ask, id, ({ kind, data }) => kind === 'gate.started' && data['baseline'] === false)
    await held.waits()
    await holderOf(column, events).end('SIGKILL')
    held.letGo()
    await assertFinished(column, id, { after: attemptOf(events) })
  })

  test('is delivered once although its worker was killed when it began to deliver', async () => {
    await using set = await scene(fleet, 'node --test')
    const { column, repository } = set
    const id = await startRun(column.ask, repository)
    const events = await recorded(column.ask, id, ({ kind }) => kind === 'delivery.started')
    await holderOf(column, events).end('SIGKILL')
    await assertFinished(column, id)
  })
})

describe('a run', { concurrency: 2 }, () => {
  for (const sandbox of ['bubblewrap', 'unshare']) {
    test(`in ${sandbox} leaves no process behind that a tool or a gate has started`, async () => {
      const seconds = uniqueSeconds(300)
      const leaving = `setsid sleep ${seconds} > /dev/null 2>&1 & node --test`
      await using set = await scene(embedded, leaving, { CODEFORGE_SANDBOX_ADAPTER: sandbox })
      const { column, repository } = set
      const id = await startRun(column.ask, repository, leaving)
      const seen = until(async () => (await processesWith(seconds)).length > 0, 30_000, () => 'the tool started nothing')
      await Promise.all([seen, assertFinished(column, id, { attempt: 1 })])
      assert.deepEqual(await processesWith(`sleep ${seconds}`), [])
      const calls = (await eventsOf(column.ask, id)).filter(({ kind }) => kind === 'toolcall.denied')
      assert.deepEqual(calls, [])
    })
  }
})

/** Purses and runs that still have money or tokens set aside; and whether anything was spent at all. */
async function setAside({ database }: Fleet): Promise<Record<string, unknown>> {
  await using side = await sideConnection({ connectionString: database.url })
  const accounts = await side.query('select scope, held_micro_usd from budget_accounts where held_micro_usd <> 0')
  const slices = await side.query('select id, slice_micro_usd, slice_tokens from runs where slice_micro_usd <> 0 or slice_tokens <> 0')
  const spent = await side.query('select scope from budget_accounts where spent_micro_usd > 0')
  return { accounts: accounts.rows, slices: slices.rows, spent: spent.rows.length > 0 }
}
