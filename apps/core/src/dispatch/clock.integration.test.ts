import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { RunId, WorkerId } from '@codeforge/contracts/ids'
import type { Page } from '@codeforge/contracts/page'
import type { Question } from '@codeforge/contracts/question'
import { fact, ordinals, openScene } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'
import { sweepOnce } from './sweeper.ts'
import { watchClock } from './watch-clock.ts'

const hourMs = 3_600_000
const leaseMs = 30_000
const soon = (): AbortSignal => AbortSignal.timeout(10_000)

describe('a clock that jumps an hour', () => {
  let scene: Scene
  before(async () => { scene = await openScene() })
  after(async () => { await scene[Symbol.asyncDispose]() })

  const claimed = async (worker: WorkerId): Promise<RunId> => {
    const id = await scene.run(await scene.project())
    assert.equal((await scene.claim(id, worker)).kind, 'claimed')
    return id
  }
  const lost = async (id: RunId): Promise<boolean> => (await scene.kinds(id)).includes('attempt.lost')
  const renew = async (runId: RunId, workerId: WorkerId) => (await scene.core.coordinator.renew({ runId, attempt: 1, workerId }, soon())).command

  test('forward costs a run an attempt and nothing else', async () => {
    const worker = scene.worker()
    const id = await claimed(worker)
    scene.clock.jump(hourMs)
    await sweepOnce(scene.ports)
    assert.deepEqual([await lost(id), (await scene.show(id)).status, await renew(id, worker)], [true, 'queued', 'lost'])
    assert.equal((await scene.claim(id, scene.worker())).kind, 'claimed')
  })

  test('back leaves the lease to a worker that lives, and takes it in time from one that is dead', async () => {
    const [alive, dead] = [scene.worker(), scene.worker()]
    const [kept, orphan] = [await claimed(alive), await claimed(dead)]
    const watch = watchClock(scene.ports, scene.config)
    await watch()
    scene.clock.jump(-hourMs)
    await watch()
    await scene.clock.advance(leaseMs - 1000)
    assert.equal(await renew(kept, alive), 'go')
    await scene.clock.advance(2000)
    await sweepOnce(scene.ports)
    assert.deepEqual([await lost(kept), await lost(orphan)], [false, true])
  })

  test('back while core was down is seen at its next start', async () => {
    const id = await claimed(scene.worker())
    scene.clock.jump(-hourMs)
    await watchClock(scene.ports, scene.config)()
    await scene.clock.advance(leaseMs + 1000)
    await sweepOnce(scene.ports)
    assert.equal(await lost(id), true)
  })

  test('does not keep a job waiting for the hour to come again', async () => {
    const id = await claimed(scene.worker())
    const watch = watchClock(scene.ports, scene.config)
    await watch()
    await scene.clock.advance(leaseMs + 1000)
    await sweepOnce(scene.ports)
    scene.clock.jump(-hourMs)
    await watch()
    const job = await scene.ports.store.jobs.findByRun(id)
    assert.ok(job && job.notBefore <= scene.clock.now())
  })
})

describe('an answer that races with the deadline of its question', () => {
  test('or with a cancel has one outcome, which the log, the question and the run agree on', async () => {
    await using scene = await openScene()
    const outcomes = new Set<string>()
    for (let round = 0; round < 20; round += 1) {
      const worker = scene.worker()
      const id = await scene.run(await scene.project())
      await scene.claim(id, worker)
      await scene.core.coordinator.record({ runId: id, attempt: 1, workerId: worker, facts: ordinals([fact.asked()], 1) }, soon())
      const { body } = await scene.call<Page<Question>>('GET', `/api/v1/questions?runId=${id}`)
      const [question] = body.items
      assert.ok(question)
      await scene.clock.advance(question.deadlineSeconds * 1000 + 1000)
      const answer = async (): Promise<unknown> => scene.call('POST', `/api/v1/questions/${question.id}/answer`, { body: { answer: question.options[0]?.id } })
      const rivals = [answer, async () => sweepOnce(scene.ports), ...(round % 2 === 0 ? [async () => scene.call('POST', `/api/v1/runs/${id}/cancel`)] : [])]
      await Promise.all((round % 4 < 2 ? rivals : rivals.toReversed()).map(async (rival) => rival()))
      const closings = (await scene.kinds(id)).filter((kind) => ['question.answered', 'question.expired', 'question.withdrawn'].includes(kind))
      const { status } = (await scene.call<Question>('GET', `/api/v1/questions/${question.id}`)).body
      assert.deepEqual(closings, [`question.${status}`])
      outcomes.add(status)
      if ((await scene.show(id)).status !== 'ended') await scene.call('POST', `/api/v1/runs/${id}/cancel`)
    }
    assert.ok(outcomes.size > 1, `always ${[...outcomes].join()}: nothing raced`)
  })
})
