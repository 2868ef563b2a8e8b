import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { defaultTenant } from '@codeforge/contracts/ids'
import type { ProjectId, RunId, WorkerId } from '@codeforge/contracts/ids'
import type { Page } from '@codeforge/contracts/page'
import type { Question } from '@codeforge/contracts/question'
import type { Delivery } from '@codeforge/ports/queue'
import { fact, goodWork, openScene, ordinals } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'
import { relayOnce } from './relay.ts'
import { sweepOnce } from './sweeper.ts'

const soon = (): AbortSignal => AbortSignal.timeout(10_000)
const leaseMs = 30_000

describe('dispatch', () => {
  let scene: Scene
  before(async () => { scene = await openScene({ config: { runs: { maxConcurrentPerProject: 3 } } }) })
  after(async () => { await scene[Symbol.asyncDispose]() })
  afterEach(async () => {
    for (const id of await scene.ports.store.runs.unfinished()) {
      const run = await scene.ports.store.runs.get(id)
      await scene.call('POST', `/api/v1/runs/${id}/cancel`)
      if (run?.lease) await record(id, run.lease.workerId, [fact.cancelled], run.lastOrdinal + 1, run.view.attempt)
    }
    for (const { workerId } of await scene.ports.store.workers.alive(new Date(0))) await scene.ports.store.workers.forget(workerId)
    await scene.ports.queue.purge()
  })

  const relay = async (): Promise<number> => relayOnce(scene.ports, scene.config, soon())
  const sweep = async (): Promise<number> => sweepOnce(scene.ports)
  const announce = async (workerId: WorkerId, slots: number, change: { pools?: string[]; stopping?: boolean; busy?: number } = {}): Promise<void> => {
    const worker = { workerId, pools: ['host-test'], slots, busy: 0, sandbox: 'mount', version: '0', stopping: false, ...change }
    await scene.core.coordinator.announce(worker, soon())
  }
  const record = async (runId: RunId, workerId: WorkerId, facts: Parameters<typeof ordinals>[0], from = 1, attempt = 1) =>
    scene.core.coordinator.record({ runId, attempt, workerId, facts: ordinals(facts, from) }, soon())
  const runs = async (count: number, project?: ProjectId): Promise<readonly RunId[]> => {
    const made: RunId[] = []
    for (let number = 0; number < count; number += 1) made.push(await scene.run(project ?? await scene.project()))
    return made
  }
  const waiting = async (): Promise<number> => (await scene.ports.queue.status()).pending
  /** Takes what the queue has now. */
  const taken = async (count: number, pools = ['host-test']): Promise<readonly Delivery[]> => {
    const stop = new AbortController()
    const deliveries: Delivery[] = []
    for await (const delivery of scene.ports.queue.consume({ pools, kind: 'run', slots: () => 100 }, stop.signal)) {
      deliveries.push(delivery)
      await delivery.ack()
      if (deliveries.length === count) break
    }
    stop.abort()
    return deliveries
  }

  test('publishes nothing while nobody works', async () => {
    await runs(2)
    assert.deepEqual([await relay(), await waiting()], [0, 0])
  })

  test('publishes what free slots can take and no more', async () => {
    await announce(scene.worker(), 2)
    await runs(5)
    assert.deepEqual([await relay(), await relay(), await waiting()], [2, 0, 2])
    await announce(scene.worker(), 1)
    assert.deepEqual([await relay(), await waiting()], [1, 3])
  })

  test('counts the slots of a worker with two pools once', async () => {
    await announce(scene.worker(), 2, { pools: ['default', 'host-test'] })
    await runs(2)
    for (let number = 0; number < 2; number += 1) await scene.run(await scene.project({ localPath: null, repoUrl: 'https://example.org/a.git' }))
    assert.deepEqual([await relay(), await relay(), await waiting()], [2, 0, 2])
  })

  test('publishes again as runs end', async () => {
    const worker = scene.worker()
    await announce(worker, 1)
    const [first] = await runs(2)
    await relay()
    await scene.claim(first!, worker)
    assert.equal(await relay(), 0)
    await record(first!, worker, goodWork)
    assert.equal(await relay(), 1)
  })

  test('has no more of one project at work than it may', async () => {
    await announce(scene.worker(), 10)
    await runs(5, await scene.project())
    await runs(1)
    assert.equal(await relay(), 4)
  })

  test('does nothing for workers that stop or fell silent', async () => {
    await announce(scene.worker(), 2)
    await announce(scene.worker(), 2, { stopping: true, busy: 1 })
    await runs(5)
    await scene.clock.advance(15_001)
    assert.equal(await relay(), 0)
  })

  test('gives a job of two cores that relay at once to the queue once', async () => {
    await announce(scene.worker(), 10)
    await runs(6)
    const published = await Promise.all([relay(), relay(), relay()])
    assert.deepEqual([published.reduce((sum, one) => sum + one, 0), await waiting()], [6, 6])
  })

  test('publishes again what was lost between the commit and the queue', async () => {
    await announce(scene.worker(), 5)
    const [id] = await runs(1)
    const { publish } = scene.ports.queue
    Object.assign(scene.ports.queue, { publish: async () => Promise.reject(new Error('crash')) })
    await assert.rejects(relay())
    Object.assign(scene.ports.queue, { publish })
    assert.deepEqual([await sweep(), await relay()], [0, 0], 'not at once: it may be under way')
    await scene.clock.advance(3000)
    await announce(scene.worker(), 5)
    assert.deepEqual([await sweep(), await relay()], [1, 1])
    const [delivery] = await taken(1)
    assert.deepEqual([delivery?.job.runId, delivery?.job.publication], [id, 2])
  })

  test('fills a queue again that was wiped', async () => {
    const worker = scene.worker()
    await announce(worker, 5)
    await runs(4)
    assert.equal(await relay(), 4)
    await scene.ports.queue.purge()
    await scene.clock.advance(3000)
    assert.deepEqual([await sweep(), await relay(), await waiting()], [4, 4, 4])
    assert.deepEqual([await sweep(), await relay()], [0, 0])
  })

  test('publishes one lost job again though others wait in the queue', async () => {
    const worker = scene.worker()
    await announce(worker, 5)
    await runs(2)
    await relay()
    const [lost] = await taken(1)
    await scene.clock.advance(5001)
    await announce(worker, 5)
    assert.equal(await sweep(), 2)
    assert.equal(await relay(), 2)
    const old = await scene.core.coordinator.claim({ jobId: lost!.job.id, runId: lost!.job.runId, publication: lost!.job.publication, workerId: worker }, soon())
    assert.deepEqual(old, { kind: 'gone', reason: 'it was published again since' })
  })

  test('asks less and less often for a job that nobody claims', async () => {
    const worker = scene.worker()
    await announce(worker, 5)
    await runs(2)
    await relay()
    await taken(1)
    const again: number[] = []
    for (let second = 1; second <= 40; second += 1) {
      await scene.clock.advance(1000)
      await announce(worker, 5)
      if (await sweep() > 0) again.push(second)
      await relay()
    }
    assert.deepEqual(again, [6, 17, 38])
  })

  test('ends a run whose job is a dead letter, once and with the reason, and publishes it no more', async () => {
    const worker = scene.worker()
    await announce(worker, 5)
    const [id, fine] = await runs(2)
    await relay()
    const stop = new AbortController()
    let rejected = 0
    for await (const delivery of scene.ports.queue.consume({ pools: ['host-test'], kind: 'run', slots: () => 100 }, stop.signal)) {
      if (delivery.job.runId === id) await delivery.reject('of another version')
      else await delivery.ack()
      if ((rejected += 1) === 2) break
    }
    await scene.claim(fine!, worker)
    assert.deepEqual([await sweep(), await sweep()], [1, 0])
    const { outcome, failure } = await scene.show(id!)
    assert.deepEqual([outcome, failure], ['infrastructure', { code: 'job-undeliverable', message: 'No worker could use the job of this run: of another version' }])
    assert.equal((await scene.show(fine!)).status, 'running')
    await scene.clock.advance(25_000)
    await announce(worker, 5)
    assert.deepEqual([await sweep(), await relay()], [0, 0])
  })

  test('gives the run of a lost worker to another one', async () => {
    const [first, second] = [scene.worker(), scene.worker()]
    await announce(first, 1)
    const [id] = await runs(1)
    await relay()
    await scene.claim(id!, first)
    await record(id!, first, [fact.opened, fact.checkpoint('t1')])
    await scene.clock.advance(leaseMs - 1)
    assert.equal(await sweep(), 0)
    await scene.clock.advance(2)
    await announce(second, 1)
    assert.equal(await sweep(), 1)
    const kinds = await scene.kinds(id!)
    assert.equal(kinds.at(-1), 'attempt.lost')
    assert.equal(await relay(), 1)
    const delivery = (await taken(2)).at(-1)
    assert.equal(delivery?.job.publication, 2)
    const reply = await scene.claim(id!, second, 2)
    assert.ok(reply.kind === 'claimed')
    assert.deepEqual([reply.attempt, reply.progress.lastCheckpoint], [2, 'c-t1'])
    assert.equal((await record(id!, first, [fact.finished], 3)).command, 'lost')
    await record(id!, second, goodWork, 1, 2)
    assert.equal((await scene.show(id!)).outcome, 'succeeded')
  })

  test('keeps the run of a worker that renewed in the last moment', async () => {
    const worker = scene.worker()
    const [id] = await runs(1)
    await scene.claim(id!, worker)
    await scene.clock.advance(leaseMs + 1)
    const renewal = scene.core.coordinator.renew({ runId: id!, attempt: 1, workerId: worker }, soon())
    const [{ command }] = await Promise.all([renewal, sweep()])
    const { status } = await scene.show(id!)
    assert.deepEqual([command, status], command === 'go' ? ['go', 'running'] : ['lost', 'queued'])
  })

  test('gives up a run that has lost three workers', async () => {
    const [id] = await runs(1)
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      assert.equal((await scene.claim(id!, scene.worker())).kind, 'claimed')
      await scene.clock.advance(leaseMs + 1)
      await Promise.all([sweep(), sweep()])
    }
    const run = await scene.show(id!)
    assert.deepEqual([run.outcome, run.failure?.code, run.attempt], ['infrastructure', 'worker-lost', 3])
    assert.equal((await scene.kinds(id!)).filter((kind) => kind === 'attempt.lost').length, 3)
    assert.equal(await scene.ports.store.jobs.findByRun(id!), null)
    const day = scene.clock.now().toISOString().slice(0, 10)
    assert.equal((await scene.ports.store.budgets.get(`tenant:${defaultTenant}:${day}`))?.heldMicroUsd, 0)
  })

  test('ends a cancelled run whose worker is lost, and pauses one that should pause', async () => {
    const [cancelled, paused] = await runs(2)
    for (const id of [cancelled!, paused!]) await scene.claim(id, scene.worker())
    await scene.call('POST', `/api/v1/runs/${cancelled}/cancel`)
    await scene.call('POST', `/api/v1/runs/${paused}/pause`)
    await scene.clock.advance(leaseMs + 1)
    await sweep()
    assert.deepEqual([(await scene.show(cancelled!)).outcome, (await scene.show(paused!)).status], ['cancelled', 'paused'])
  })

  test('a claim that finds the lease run out takes the pause that waits into account, and holds no money', async () => {
    const [id] = await runs(1)
    await scene.claim(id!, scene.worker())
    await scene.call('POST', `/api/v1/runs/${id}/pause`)
    await scene.clock.advance(leaseMs + 1)
    assert.deepEqual(await scene.claim(id!, scene.worker()), { kind: 'gone', reason: 'the run is paused' })
    assert.equal((await scene.ports.store.budgets.get(`run:${id}`))?.heldMicroUsd, 0)
  })

  test('answers a question by its fallback when nobody did', async () => {
    const worker = scene.worker()
    const id = await scene.run(await scene.project(), { attended: true })
    await scene.claim(id, worker)
    await record(id, worker, [fact.asked(60)])
    assert.equal(await sweep(), 0)
    await scene.clock.advance(60_001)
    assert.equal(await sweep(), 1)
    const { body } = await scene.call<Page<Question>>('GET', `/api/v1/questions?runId=${id}`)
    assert.deepEqual(body.items.map(({ status, answer }) => [status, answer]), [['expired', 'no']])
    assert.equal((await scene.show(id)).status, 'queued')
  })

  test('an answer that races with the deadline is taken once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const worker = scene.worker()
      const id = await scene.run(await scene.project(), { attended: true })
      await scene.claim(id, worker)
      await record(id, worker, [fact.asked(60)])
      const { body } = await scene.call<Page<Question>>('GET', `/api/v1/questions?runId=${id}`)
      await scene.clock.advance(60_001)
      const [answer] = await Promise.all([scene.call('POST', `/api/v1/questions/${body.items[0]?.id}/answer`, { body: { answer: 'yes' } }), sweep()])
      const ends = (await scene.kinds(id)).filter((kind) => kind === 'question.answered' || kind === 'question.expired')
      assert.deepEqual(ends, [answer.status === 200 ? 'question.answered' : 'question.expired'])
      assert.equal((await scene.kinds(id)).filter((kind) => kind === 'run.resumed').length, 1)
    }
  })

  test('runs in one working directory never work at the same time', async () => {
    await announce(scene.worker(), 10)
    const project = await scene.project({ workspaceMode: 'local_path' })
    await runs(3, project)
    assert.deepEqual([await relay(), await relay()], [1, 0])
  })

  test('workers that come, leave and fall silent stand in the log of the system', async () => {
    const { store } = scene.ports
    const start = await store.events.lastSequence('system')
    const [leaves, dies] = [scene.worker(), scene.worker()]
    await Promise.all([announce(leaves, 2), announce(dies, 1)])
    await announce(leaves, 2)
    await announce(leaves, 2, { stopping: true })
    await announce(leaves, 2, { stopping: true })
    await scene.clock.advance(121_000)
    await Promise.all([sweep(), sweep()])
    const events = await store.events.read('system', start, 100)
    const told = events.map(({ data }) => (data.kind === 'worker.stopped' ? `${data.workerId} ${data.reason}` : `${data.kind}`))
    assert.deepEqual(told.slice(2), [`${leaves} left`, `${dies} silent`])
    assert.deepEqual(told.slice(0, 2), ['worker.started', 'worker.started'])
    assert.deepEqual(await store.workers.alive(new Date(0)), [])
  })
})
