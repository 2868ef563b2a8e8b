import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultTenant } from '@codeforge/contracts/ids'
import type { RunId, WorkerId } from '@codeforge/contracts/ids'
import { remoteCoordinator } from '@codeforge/ports/coordinator-over-queue'
import type { Delivery } from '@codeforge/ports/queue'
import { fact, goodWork, openScene, ordinals } from './testing/scene.ts'
import type { Scene } from './testing/scene.ts'

/** A worker that does nothing but report: claims what it is given and tells that all went well. */
function startWorker(scene: Scene, workerId: WorkerId, slots: number): AsyncDisposable {
  const stopping = new AbortController()
  const coordinator = remoteCoordinator(scene.ports.queue)
  const work = async (delivery: Delivery): Promise<void> => {
    const { job } = delivery
    const reply = await coordinator.claim({ jobId: job.id, runId: job.runId, publication: job.publication, workerId }, stopping.signal)
    if (reply.kind === 'busy') return delivery.retry(20)
    if (reply.kind === 'claimed') {
      const facts = ordinals([fact.completed(1000), ...goodWork])
      await coordinator.record({ runId: job.runId, attempt: reply.attempt, workerId, facts: facts.slice(0, 2) }, stopping.signal)
      await coordinator.record({ runId: job.runId, attempt: reply.attempt, workerId, facts }, stopping.signal)
    }
    await delivery.ack()
  }
  const announce = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await coordinator.announce({ workerId, pools: ['host-test'], slots, busy: 0, sandbox: 'mount', version: '0', stopping: false }, stopping.signal)
      await sleep(500, undefined, { signal: stopping.signal })
    }
  }
  const take = async (): Promise<void> => {
    for await (const delivery of scene.ports.queue.consume({ pools: ['host-test'], kind: 'run', slots: () => slots }, stopping.signal)) {
      void work(delivery).catch(async () => delivery.retry(100))
    }
  }
  const running = Promise.allSettled([announce(), take()])
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}

describe('core as a whole', () => {
  let scene: Scene
  before(async () => {
    scene = await openScene({ realTime: true, config: { runs: { maxConcurrentPerProject: 50 }, budget: { perDayUsd: 100, perProjectPerDayUsd: 100 } } })
  })
  after(async () => { await scene[Symbol.asyncDispose]() })

  const allEnded = async (ids: readonly RunId[]): Promise<void> => {
    const signal = AbortSignal.timeout(30_000)
    while ((await scene.ports.store.runs.unfinished()).some((id) => ids.includes(id))) {
      signal.throwIfAborted()
      await sleep(50)
    }
  }
  const create = async (count: number): Promise<readonly RunId[]> => {
    const project = await scene.project()
    return Promise.all(Array.from({ length: count }, async () => scene.run(project)))
  }
  const assertSound = async (ids: readonly RunId[]): Promise<void> => {
    for (const id of ids) {
      const kinds = await scene.kinds(id)
      assert.deepEqual(kinds.filter((kind) => kind === 'run.succeeded'), ['run.succeeded'])
      const events = await scene.events(id)
      assert.deepEqual(events.map(({ sequence }) => sequence), events.map((_, index) => index + 1))
    }
    const day = new Date().toISOString().slice(0, 10)
    assert.equal((await scene.ports.store.budgets.get(`tenant:${defaultTenant}:${day}`))?.heldMicroUsd, 0)
    assert.deepEqual((await scene.ports.store.jobs.outstanding(['host-test'], new Date()))['host-test'], { outstanding: 0, due: false })
  }

  test('brings many runs through two workers, stops with streams open, and goes on after a restart', async () => {
    await using first = startWorker(scene, scene.worker(), 5)
    await using second = startWorker(scene, scene.worker(), 3)
    assert.ok(first && second)
    const one = await scene.again()
    const address = await one.core.start()
    const early = await create(25)
    await allEnded(early)
    await assertSound(early)

    const watcher = await fetch(`${address}/api/v1/runs/${early[0]}/stream`, { headers: { authorization: 'Bearer test-token' } })
    const late = await create(25)
    const began = performance.now()
    await one[Symbol.asyncDispose]()
    assert.ok(performance.now() - began < 5000, 'an open stream does not hold it up')
    await watcher.text().catch(() => 'cut')
    await assert.rejects(fetch(`${address}/health`))

    await using two = await scene.again()
    await two.core.start()
    await allEnded(late)
    await assertSound(late)
  })

  test('is stopped twice without harm, started or not', async () => {
    const never = await scene.again()
    await never[Symbol.asyncDispose]()
    await never[Symbol.asyncDispose]()
  })

  test('answers in our shape what is not HTTP at all', async () => {
    await using served = await scene.again()
    const { port, hostname } = new URL(await served.core.start())
    const socket = connect(Number(port), hostname)
    socket.write('GARBAGE\r\n\r\n')
    const [data] = await once(socket, 'data') as [Buffer]
    assert.match(data.toString(), /^HTTP\/1\.1 400 /)
    assert.match(data.toString(), /"code":"invalid-input"/)
    socket.destroy()
  })
})
