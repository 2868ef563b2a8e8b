import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { defaultTenant } from '@codeforge/contracts/ids'
import type { HoldId, ProjectId, RunId, WorkerId } from '@codeforge/contracts/ids'
import type { Fact } from '@codeforge/contracts/fact'
import { callMicroUsd, fact, goodWork, nextHold, openScene, ordinals, refused } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'

const soon = (): AbortSignal => AbortSignal.timeout(10_000)
const slice = 2 * callMicroUsd

describe('the money of a run', () => {
  let scene: Scene
  before(async () => {
    scene = await openScene({ config: { budget: { perDayUsd: 1_000, perProjectPerDayUsd: 1 }, runs: { leaseSeconds: 1_000_000 } } })
  })
  after(async () => { await scene[Symbol.asyncDispose]() })

  const today = (): string => scene.clock.now().toISOString().slice(0, 10)
  const purse = async (scope: string) => {
    const account = await scene.ports.store.budgets.get(scope)
    return { held: account?.heldMicroUsd ?? 0, spent: account?.spentMicroUsd ?? 0 }
  }
  const ofProject = async (id: ProjectId) => purse(`project:${id}:${today()}`)
  const record = async (runId: RunId, workerId: WorkerId, facts: readonly Fact[], from = 1, attempt = 1) =>
    scene.core.coordinator.record({ runId, attempt, workerId, facts: ordinals(facts, from) }, soon())
  const extend = async (runId: RunId, neededMicroUsd: number, neededTokens = 0, attempt = 1) =>
    scene.core.coordinator.extendHold({ runId, attempt, neededMicroUsd, neededTokens }, soon())
  const started = async (change: Readonly<Record<string, unknown>> = {}) => {
    const project = await scene.project()
    const id = await scene.run(project, change)
    const worker = scene.worker()
    const reply = await scene.claim(id, worker)
    assert.ok(reply.kind === 'claimed')
    return { project, id, worker, reply }
  }

  test('is set aside for two calls, spent as it is used, and the rest comes back', async () => {
    const { project, id, worker, reply } = await started()
    assert.equal(reply.sliceMicroUsd, slice)
    assert.deepEqual([await purse(`run:${id}`), await ofProject(project)], [{ held: slice, spent: 0 }, { held: slice, spent: 0 }])
    await record(id, worker, [fact.completed(30_000)])
    assert.deepEqual(await ofProject(project), { held: slice - 30_000, spent: 30_000 })
    await record(id, worker, goodWork, 2)
    assert.deepEqual([await purse(`run:${id}`), await ofProject(project)], [{ held: 0, spent: 30_000 }, { held: 0, spent: 30_000 }])
    assert.equal((await scene.show(id)).costMicroUsd, 30_000)
  })

  test('is extended to what is needed, and asking again takes nothing more', async () => {
    const { project, id, worker } = await started()
    await record(id, worker, [fact.completed(150_000)])
    const granted = { kind: 'granted', sliceMicroUsd: 400_000, sliceTokens: 19_890 }
    assert.deepEqual([await extend(id, 400_000), await extend(id, 400_000)], [granted, granted])
    assert.deepEqual(await ofProject(project), { held: 400_000, spent: 150_000 })
    assert.deepEqual(await extend(id, 300_000), granted, 'what is there already is enough')
    assert.deepEqual(await extend(id, 900_000), { kind: 'refused', reason: 'The budget of the run is used up.' })
    assert.deepEqual(await extend(id, 500_000, 0, 2), { kind: 'refused', reason: 'the attempt is no longer current' })
    await record(id, worker, goodWork, 2)
    assert.deepEqual(await ofProject(project), { held: 0, spent: 150_000 })
  })

  test('is never set aside beyond a limit, however many runs start and ask at once', async () => {
    const project = await scene.project()
    const runs = await Promise.all(Array.from({ length: 12 }, async () => ({ id: await scene.run(project), worker: scene.worker() })))
    const replies = await Promise.all(runs.map(async ({ id, worker }) => scene.claim(id, worker)))
    const claimed = runs.filter((_, index) => replies[index]?.kind === 'claimed')
    assert.ok(claimed.length >= 5 && claimed.length <= 10, `${claimed.length} runs of at most a dollar`)
    const waiting = runs.filter((_, index) => replies[index]?.kind !== 'claimed')
    const jobs = await Promise.all(waiting.map(async ({ id }) => scene.ports.store.jobs.findByRun(id)))
    const soonest = scene.clock.now().getTime()
    assert.ok(jobs.every((job) => job?.status === 'pending' && job.notBefore.getTime() > soonest), 'who finds the money held by others waits for it, in nobody\'s slot')
    await Promise.all(claimed.flatMap(({ id }) => [extend(id, 400_000), extend(id, 600_000)]))
    const during = await ofProject(project)
    assert.ok(during.held + during.spent <= 1_000_000, `${during.held} held`)
    await Promise.all(claimed.map(async ({ id, worker }) => record(id, worker, [fact.completed(20_000), ...goodWork])))
    assert.deepEqual(await ofProject(project), { held: 0, spent: claimed.length * 20_000 })
    const [later] = waiting
    assert.ok(later)
    assert.equal((await scene.show(later.id)).status, 'queued')
    assert.equal((await scene.claim(later.id, later.worker)).kind, 'claimed', 'when the others have ended')
    await record(later.id, later.worker, goodWork)
    assert.equal((await ofProject(project)).held, 0)
  })

  test('that is spent ends the run that needs it, and refuses the next until the limit is raised', async () => {
    const project = await scene.project()
    const [first, second] = [await scene.run(project), await scene.run(project)]
    const worker = scene.worker()
    await scene.claim(first, worker)
    await record(first, worker, [fact.completed(1_000_000), ...goodWork])
    assert.deepEqual(await scene.claim(second, worker), { kind: 'gone', reason: "The project's budget for today is used up." })
    const ended = await scene.show(second)
    assert.deepEqual([ended.outcome, ended.failure?.code], ['budget', 'budget-exhausted'])
    const ask = async () => scene.call('POST', '/api/v1/runs', { body: { projectId: project, prompt: 'x' } })
    assert.deepEqual(refused(await ask()), [422, 'budget-exhausted'])
    assert.equal((await scene.call('PATCH', `/api/v1/projects/${project}`, { body: { version: 1, maxCostPerDayMicroUsd: 2_000_000 } })).status, 200)
    assert.equal((await ask()).status, 202)
  })

  test('is limited per day: the next day has a purse of its own', async () => {
    const project = await scene.project()
    const first = await scene.run(project)
    const worker = scene.worker()
    await scene.claim(first, worker)
    await record(first, worker, [fact.completed(1_000_000), ...goodWork])
    assert.deepEqual(refused(await scene.call('POST', '/api/v1/runs', { body: { projectId: project, prompt: 'x' } })), [422, 'budget-exhausted'])
    scene.clock.jump(86_400_000)
    const second = await scene.run(project)
    assert.equal((await scene.claim(second, worker)).kind, 'claimed')
    scene.clock.jump(86_400_000)
    await record(second, worker, [fact.completed(50_000), ...goodWork])
    assert.deepEqual(await ofProject(project), { held: 0, spent: 0 }, 'what began yesterday is paid from yesterday')
    scene.clock.jump(-86_400_000)
    assert.deepEqual(await ofProject(project), { held: 0, spent: 50_000 })
  })

  test('is limited for everybody together', async () => {
    const { perDayUsd } = scene.config.budget
    const id = await scene.run(await scene.project())
    Object.assign(scene.config.budget, { perDayUsd: 0.000_001 })
    const worker = scene.worker()
    const reply = await scene.claim(id, worker)
    Object.assign(scene.config.budget, { perDayUsd })
    assert.deepEqual(reply, { kind: 'gone', reason: 'The budget for today is used up.' })
    assert.equal((await scene.show(id)).outcome, 'budget')
  })

  test('never exceeds what the run itself may spend', async () => {
    const { id, worker, reply } = await started({ maxCostMicroUsd: 120_000 })
    assert.equal(reply.sliceMicroUsd, 120_000)
    assert.equal((await extend(id, 120_001)).kind, 'refused')
    await record(id, worker, [fact.completed(100_000)])
    assert.equal((await extend(id, 20_000)).kind, 'granted')
    await record(id, worker, goodWork, 2)
    assert.deepEqual(await purse(`run:${id}`), { held: 0, spent: 100_000 })
  })

  test('is warned of at 80 and 90 percent, once each', async () => {
    const { id, worker } = await started({ maxCostMicroUsd: 200_000 })
    await record(id, worker, [fact.completed(100_000), fact.completed(65_000), fact.completed(1000), fact.completed(15_000), fact.completed(1000)])
    const alerts = (await scene.events(id)).flatMap(({ data }) => (data.kind === 'budget.alerted' ? [[data.percent, data.spentMicroUsd]] : []))
    assert.deepEqual(alerts, [[80, 165_000], [90, 181_000]])
    await record(id, worker, goodWork, 6)
  })

  test('that a call cost beyond what was set aside is booked, and the run says so', async () => {
    const { project, id, worker } = await started()
    await record(id, worker, [fact.completed(slice + 50_000)])
    assert.deepEqual(await ofProject(project), { held: 0, spent: slice + 50_000 })
    const [overrun] = (await scene.events(id)).flatMap(({ data }) => (data.kind === 'budget.overrun' ? [data] : []))
    assert.deepEqual(overrun, { kind: 'budget.overrun', heldMicroUsd: slice, costMicroUsd: slice + 50_000 })
    await record(id, worker, goodWork, 2)
    assert.equal((await ofProject(project)).held, 0)
  })

  test('that a lost attempt spent is booked once, however often it is told', async () => {
    const { project, id, worker } = await started()
    const told = [fact.completed(40_000, nextHold())]
    await record(id, worker, told)
    await record(id, worker, [fact.handedOver], 2)
    const next = scene.worker()
    assert.equal((await scene.claim(id, next)).kind, 'claimed')
    const late = [fact.completed(10_000), fact.guidance(), fact.completed(7_000)]
    await Promise.all(Array.from({ length: 5 }, async () => record(id, worker, late, 3)))
    assert.deepEqual(await record(id, worker, [...told, ...late], 2), { accepted: 5, command: 'lost' })
    assert.deepEqual(await ofProject(project), { held: slice, spent: 57_000 })
    assert.deepEqual((await scene.events(id)).flatMap(({ data }) => (data.kind === 'spend.booked' ? [data.costMicroUsd] : [])), [10_000, 7_000])
    assert.equal((await scene.show(id)).costMicroUsd, 57_000)
    await record(id, next, goodWork, 1, 2)
    await record(id, worker, [fact.completed(1_000)], 6)
    assert.deepEqual(await ofProject(project), { held: 0, spent: 58_000 })
    assert.deepEqual([(await scene.show(id)).outcome, (await scene.show(id)).costMicroUsd], ['succeeded', 58_000])
  })

  test('that was held for a call is spent where its attempt is lost on the way, whatever is told of it later', async () => {
    const { project, id, worker } = await started()
    const [ended, open] = [nextHold(), nextHold()]
    const requested = (holdId: HoldId): Fact => ({ kind: 'model.requested', turn: 1, model: 'm', promptTokens: 5, holdId, heldMicroUsd: 60_000 })
    await record(id, worker, [requested(ended), fact.completed(10_000, ended), requested(open)])
    await scene.core.takeBackRuns('its host ended')
    const spent = async () => ({ held: (await ofProject(project)).held, run: await purse(`run:${id}`), shown: (await scene.show(id)).costMicroUsd })
    assert.deepEqual(await spent(), { held: 0, run: { held: 0, spent: 70_000 }, shown: 70_000 })
    await record(id, worker, [fact.completed(20_000, open)], 4)
    assert.deepEqual(await spent(), { held: 0, run: { held: 0, spent: 70_000 }, shown: 70_000 })
  })

  test('of a model without a price is limited by tokens', async () => {
    const { id, worker, reply } = await started({ model: 'unpriced' })
    assert.deepEqual([reply.sliceMicroUsd, reply.sliceTokens], [0, 20_000])
    const most = scene.config.budget.tokensPerRun
    assert.equal((await extend(id, 0, most)).kind, 'granted')
    assert.equal((await extend(id, 0, most + 1)).kind, 'refused')
    await record(id, worker, [fact.completed(0)])
    assert.equal((await extend(id, 0, most)).kind, 'refused', 'after 110 tokens were used')
    await record(id, worker, goodWork, 2)
  })

  test('is held by nobody when every run has ended', async () => {
    const held = (await scene.ports.store.runs.unfinished()).length
    assert.ok(held >= 0)
    const account = await purse(`tenant:${defaultTenant}:${today()}`)
    const working = await Promise.all((await scene.ports.store.runs.unfinished()).map(async (id) => (await scene.ports.store.runs.get(id))?.sliceMicroUsd ?? 0))
    assert.equal(account.held, working.reduce((sum, one) => sum + one, 0))
  })

  test('comes back however a run ends', async () => {
    const ends: readonly (readonly Fact[])[] = [
      [fact.asked()], [fact.paused], [fact.handedOver], [fact.cancelled],
      [{ kind: 'work.ended', result: { kind: 'failed', outcome: 'timeout', code: 'timeout', message: 'too long' } }],
    ]
    for (const end of ends) {
      const { project, id, worker } = await started({ attended: true })
      if (end[0] === fact.paused) await scene.call('POST', `/api/v1/runs/${id}/pause`)
      await record(id, worker, end)
      assert.deepEqual(await ofProject(project), { held: 0, spent: 0 }, JSON.stringify(end))
    }
  })
})
