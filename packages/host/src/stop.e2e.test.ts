import assert from 'node:assert/strict'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { apiOf, startCodeForge, until } from '@codeforge/testing/codeforge-process'
import type { Ask, CodeForgeProcess } from '@codeforge/testing/codeforge-process'
import { natsServer, withoutNats } from '@codeforge/testing/nats-server'
import type { NatsServer } from '@codeforge/testing/nats-server'
import { postgresServer } from '@codeforge/testing/postgres-server'
import { tcpProxy } from '@codeforge/testing/tcp-proxy'
import type { TcpProxy } from '@codeforge/testing/tcp-proxy'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { fixingScript, modelSettings, sampleRepository, startRun } from './testing/columns.ts'
import { heldCommand } from './testing/held-command.ts'

/** Milliseconds that it may take at most. */
const promisedMs = 30_000
/** What it prints where it did not come to a rest, and left all the same. */
const leaves = /Not everything came to a rest/

/** Ends it as an operator does: it comes to a rest, and in time. */
async function assertStops(process: CodeForgeProcess): Promise<void> {
  await assertLeaves(process)
  assert.doesNotMatch(process.output(), leaves)
}

async function assertLeaves(process: CodeForgeProcess): Promise<void> {
  const told = performance.now()
  await process.end('SIGTERM')
  const ms = Math.round(performance.now() - told)
  assert.ok(ms < promisedMs, `it was gone only after ${ms} ms. It printed:\n${process.output()}`)
}

async function says(process: CodeForgeProcess, text: string): Promise<void> {
  await until(async () => process.output().includes(text), () => (process.ended() ? 0 : 60_000), () => `it did not say '${text}':\n${process.output()}`)
}

/** Facts of a worker that died; the start of the next one sends them. */
async function leaveFacts(data: string): Promise<string> {
  const id = '01890a5d-ac96-774b-bcce-b302099a8057'
  const directory = join(data, 'spool', id)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const fact = { ordinal: 1, at: new Date().toISOString(), fact: { kind: 'work.ended', result: { kind: 'handed-over' } } }
  await writeFile(join(directory, '1.jsonl'), [{ runId: id, attempt: 1, workerId: id, process: '0:0' }, fact].map((line) => `${JSON.stringify(line)}\n`).join(''))
  return directory
}

describe('a worker is gone in time after SIGTERM, though there is no core,', { skip: await withoutNats(), concurrency: 2 }, () => {
  const stack = new AsyncDisposableStack()
  let nats: NatsServer
  before(async () => { nats = stack.use(await natsServer()) })
  after(async () => stack.disposeAsync())

  interface Starting { readonly process: CodeForgeProcess; readonly wire: TcpProxy; readonly facts: string }
  const moments: Readonly<Record<string, (starting: Starting) => Promise<unknown>>> = {
    'a second after its start': async () => sleep(1000),
    'a second and a half after its start': async () => sleep(1500),
    'when its connection to the queue stands': async ({ wire }) => connected(wire),
    'while it sends what a dead worker left': async ({ wire }) => { await connected(wire); await sleep(1000) },
    'while the queue is frozen from the start': async ({ wire }) => { wire.freeze(); await connected(wire); await sleep(500) },
    'when the queue freezes as the connection stands': async ({ wire }) => { await connected(wire); wire.freeze(); await sleep(500) },
    'when the queue freezes while it sends what a dead worker left': async ({ wire }) => { await connected(wire); await sleep(1000); wire.freeze(); await sleep(200) },
    'when the queue goes while it sends what a dead worker left': async ({ wire }) => { await connected(wire); await sleep(1000); wire.cut(); await sleep(200) },
  }
  for (const [moment, comes] of Object.entries(moments)) {
    test(moment, async () => {
      await using own = new AsyncDisposableStack()
      const data = own.use(await temporaryDirectory('worker')).path
      const facts = await leaveFacts(data)
      const wire = own.use(await tcpProxy(nats.port))
      const process = own.use(startCodeForge(['worker'], data, { CODEFORGE_QUEUE_ADAPTER: 'nats', NATS_URL: `nats://127.0.0.1:${wire.port}` }))
      await comes({ process, wire, facts })
      await assertStops(process)
      assert.deepEqual(await readdir(facts), ['1.jsonl'], 'what nobody heard was forgotten')
    })
  }
  const connected = async (wire: TcpProxy): Promise<unknown> => until(async () => wire.connections > 0, 60_000, () => 'it did not connect')
})

test('a worker that is started while the queue is away waits for it, and leaves at once when it is told to stop meanwhile', { skip: await withoutNats() }, async () => {
  await using nats = await natsServer()
  await nats.stop()
  await using own = new AsyncDisposableStack()
  const started = await Promise.all(['patient', 'stopped'].map(async (name) =>
    own.use(startCodeForge(['worker'], own.use(await temporaryDirectory(name)).path, { CODEFORGE_QUEUE_ADAPTER: 'nats', NATS_URL: nats.url }))))
  const [patient, stopped] = started as [CodeForgeProcess, CodeForgeProcess]
  for (const process of started) await says(process, 'the queue does not answer')
  await assertStops(stopped)
  await nats.start()
  await says(patient, 'takes runs')
  await assertStops(patient)
})

interface Wired extends AsyncDisposable {
  readonly core: CodeForgeProcess
  readonly worker: CodeForgeProcess
  readonly nats: NatsServer
  readonly ask: Ask
  /** The ways of both to the queue. */
  readonly wires: readonly TcpProxy[]
  readonly database: TcpProxy
}

async function wiredFleet(settings: Readonly<Record<string, string>>): Promise<Wired> {
  await using stack = new AsyncDisposableStack()
  const [server, nats] = await Promise.all([postgresServer(), natsServer()])
  stack.use(server)
  stack.use(nats)
  const place = async (name: string): Promise<string> => stack.use(await temporaryDirectory(name)).path
  const common = { CODEFORGE_QUEUE_ADAPTER: 'nats', CODEFORGE_ARTIFACTS_DIRECTORY: await place('artifacts'), ...settings }
  const [database, toCore, toWorker] = [stack.use(await tcpProxy(server.port)), stack.use(await tcpProxy(nats.port)), stack.use(await tcpProxy(nats.port))]
  const store = { CODEFORGE_STORE_ADAPTER: 'postgres', DATABASE_URL: server.url.replace(String(server.port), String(database.port)), CODEFORGE_PORT: '0' }
  const core = stack.use(startCodeForge(['core'], await place('core'), { ...common, ...store, NATS_URL: `nats://127.0.0.1:${toCore.port}` }))
  const worker = stack.use(startCodeForge(['worker'], await place('worker'), { ...common, NATS_URL: `nats://127.0.0.1:${toWorker.port}` }))
  const ask = await apiOf(core)
  await says(worker, 'takes runs')
  const owned = stack.move()
  return { core, worker, nats, ask, database, wires: [toCore, toWorker], [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}

describe('core and a worker in the middle of a run are gone in time after SIGTERM', { skip: await withoutNats(), concurrency: 3 }, () => {
  const misfortunes: Readonly<Record<string, (fleet: Wired) => unknown>> = {
    'while the queue is cut off': ({ wires }) => { for (const wire of wires) wire.cut() },
    'while the queue is frozen': ({ wires }) => { for (const wire of wires) wire.freeze() },
    'when the queue lost all that it had': async ({ nats }) => {
      await nats.kill()
      await rm(nats.storeDirectory, { recursive: true })
      await nats.start()
    },
    'when core was killed': async ({ core }) => core.end('SIGKILL'),
    'when core was stopped': ({ core }) => process.kill(core.pid, 'SIGSTOP'),
    'while the database is cut off': ({ database }) => { database.cut() },
  }
  const inTheMiddle = async (strike: (fleet: Wired) => unknown, assertEnds: (process: CodeForgeProcess) => Promise<void>): Promise<void> => {
    await using own = new AsyncDisposableStack()
    using held = heldCommand('node --test')
    const model = own.use(await scriptedModelServer({ scripts: [fixingScript(held.command)] }))
    const fleet = own.use(await wiredFleet(modelSettings(model)))
    const repository = own.use(await temporaryDirectory('repository'))
    await startRun(fleet.ask, await sampleRepository(repository.path))
    await held.waits()
    await strike(fleet)
    await Promise.all([fleet.worker, fleet.core].map(assertEnds))
  }
  for (const [moment, strike] of Object.entries(misfortunes)) test(moment, async () => inTheMiddle(strike, assertStops))

  test('while the database is frozen, which core cannot come to a rest with', async () => {
    await inTheMiddle(({ database }) => { database.freeze() }, assertLeaves)
  })
})
