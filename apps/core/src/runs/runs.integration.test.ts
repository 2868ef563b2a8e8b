import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Accepted } from '@codeforge/contracts/api'
import type { ClaimReply } from '@codeforge/contracts/coordination'
import { RunId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { Fact } from '@codeforge/contracts/fact'
import type { ProjectId, WorkerId } from '@codeforge/contracts/ids'
import type { Page } from '@codeforge/contracts/page'
import type { Question } from '@codeforge/contracts/question'
import { Run } from '@codeforge/contracts/run'
import { RunTerms } from '@codeforge/contracts/run-work'
import type { RunWork } from '@codeforge/contracts/run-work'
import type { Task } from '@codeforge/contracts/task'
import { workPinsOf } from '@codeforge/ports/work-pins'
import { fact, goodWork, openScene, ordinals, refused } from '../testing/scene.ts'
import type { Answer, Scene } from '../testing/scene.ts'

const soon = (): AbortSignal => AbortSignal.timeout(10_000)
const lease = 30_000

async function claimed(reply: Promise<ClaimReply>): Promise<Extract<ClaimReply, { kind: 'claimed' }>> {
  const answer = await reply
  assert.ok(answer.kind === 'claimed')
  return answer
}

/** Every test has its own run; what the runs share is the database. */
describe('a run', () => {
  let scene: Scene
  before(async () => { scene = await openScene() })
  after(async () => { await scene[Symbol.asyncDispose]() })

  const started = async (change: Readonly<Record<string, unknown>> = {}): Promise<{ readonly id: RunId; readonly worker: WorkerId }> => {
    const id = await scene.run(await scene.project(), change)
    const worker = scene.worker()
    assert.equal((await scene.claim(id, worker)).kind, 'claimed')
    return { id, worker }
  }
  const record = async (runId: RunId, workerId: WorkerId, facts: readonly Fact[], from = 1, attempt = 1) =>
    scene.core.coordinator.record({ runId, attempt, workerId, facts: ordinals(facts, from) }, soon())
  const post = async <Body = Run>(id: string, verb: string, body?: unknown): Promise<Answer<Body>> =>
    scene.call<Body>('POST', `/api/v1/runs/${id}/${verb}`, body === undefined ? {} : { body })
  const questionsOf = async (id: RunId): Promise<readonly Question[]> => (await scene.call<Page<Question>>('GET', `/api/v1/questions?runId=${id}`)).body.items
  const workOf = async (id: RunId): Promise<RunWork | null> => {
    const run = await scene.ports.store.runs.get(id)
    return run && workPinsOf(scene.ports.artifacts).load(run.work, soon())
  }
  const gapless = async (id: RunId): Promise<void> => {
    const events = await scene.events(id)
    assert.deepEqual(events.map(({ sequence }) => sequence), events.map((_, index) => index + 1))
    assert.equal((await scene.show(id)).sequence, events.length)
  }

  test('goes from accepted to succeeded with a proved delivery', async () => {
    const { id, worker } = await started()
    assert.deepEqual(await record(id, worker, goodWork), { accepted: 4, command: 'go' })
    const run = await scene.show(id)
    assert.deepEqual([run.status, run.outcome, run.summary, run.sandbox], ['ended', 'succeeded', 'fixed', 'mount'])
    assert.deepEqual(await scene.kinds(id), [
      'run.queued', 'attempt.started', 'run.started', 'workspace.opened', 'checkpoint.created', 'delivery.completed', 'work.ended', 'run.succeeded',
    ])
    assert.equal(await scene.ports.store.jobs.findByRun(id), null)
    const { body } = await scene.call<{ items: { sequence: number }[]; last: number }>('GET', `/api/v1/runs/${id}/events?after=3&limit=2`)
    assert.deepEqual([body.items.map(({ sequence }) => sequence), body.last], [[4, 5], 8])
  })

  test('does not succeed without its gate, whatever the worker says', async () => {
    const gates = [{ name: 'test', command: 'npm test' }]
    const without = await started({ gates })
    await record(without.id, without.worker, goodWork)
    const another = await started({ gates })
    await record(another.id, another.worker, [fact.opened, fact.checkpoint('t1'), fact.passed('test', 't0'), fact.delivered('t1'), fact.finished])
    const proved = await started({ gates })
    await record(proved.id, proved.worker, [fact.opened, fact.checkpoint('t1'), fact.passed('test', 't1'), fact.delivered('t1'), fact.finished])
    const outcomes = await Promise.all([without, another, proved].map(async ({ id }) => (await scene.show(id)).outcome))
    assert.deepEqual(outcomes, ['gate-failed', 'gate-failed', 'succeeded'])
  })

  test('is listed by project, task and status', async () => {
    const projectId = await scene.project()
    const task = await scene.call<Task>('POST', `/api/v1/projects/${projectId}/tasks`, { body: { title: 'Fix' } })
    const first = await scene.run(projectId, { taskId: task.body.id })
    const second = await scene.run(projectId)
    const list = async (path: string): Promise<readonly string[]> => (await scene.call<Page<Run>>('GET', path)).body.items.map(({ id }) => id)
    assert.deepEqual(await list(`/api/v1/runs?projectId=${projectId}`), [second, first])
    assert.deepEqual(await list(`/api/v1/runs?taskId=${task.body.id}`), [first])
    assert.deepEqual(await list(`/api/v1/tasks/${task.body.id}/runs`), [first])
    await post(second, 'cancel')
    assert.deepEqual(await list(`/api/v1/runs?projectId=${projectId}&status=ended`), [second])
    assert.deepEqual(await list(`/api/v1/runs?projectId=${projectId}&status=queued,running`), [first])
    assert.deepEqual(refused(await scene.call('GET', '/api/v1/runs?status=sleeping')), [400, 'invalid-input'])
  })

  test('is refused where what it names does not exist', async () => {
    const projectId = await scene.project()
    const ask = async (change: Readonly<Record<string, unknown>>) => refused(await scene.call('POST', '/api/v1/runs', { body: { projectId, prompt: 'x', ...change } }))
    const nobody = '00000000-0000-7000-8000-0000000fffff'
    assert.deepEqual(await ask({ projectId: nobody }), [404, 'not-found'])
    assert.deepEqual(await ask({ taskId: nobody }), [404, 'not-found'])
    assert.deepEqual(await ask({ policy: 'none-such' }), [404, 'policy-not-found'])
    assert.deepEqual(await ask({ mode: 'none-such' }), [404, 'mode-not-found'])
    assert.deepEqual(await ask({ deliver: 'pr' }), [501, 'unsupported'])
    assert.deepEqual(await ask({ prompt: '' }), [400, 'invalid-input'])
    assert.deepEqual(await ask({ baseRef: '--upload-pack=evil' }), [400, 'invalid-input'])
  })

  test('delivers as the project says, else the configuration; is attended as asked, else by its mode', async () => {
    const shown = async (project: Parameters<Scene['project']>[0], change: Readonly<Record<string, unknown>>) => {
      const { deliver, attended } = await scene.show(await scene.run(await scene.project(project), change))
      return [deliver, attended]
    }
    assert.deepEqual(await shown({ deliver: null }, {}), ['branch', false])
    assert.deepEqual(await shown({ deliver: 'patch' }, { mode: 'supervised' }), ['patch', true])
    assert.deepEqual(await shown({ deliver: 'patch' }, { mode: 'supervised', deliver: 'none', attended: false }), ['none', false])
  })

  test('is given to one of two workers that ask at once', async () => {
    const id = await scene.run(await scene.project())
    const workers = [scene.worker(), scene.worker(), scene.worker()]
    const replies = await Promise.all(workers.map(async (worker) => scene.claim(id, worker)))
    assert.deepEqual(replies.map(({ kind }) => kind).sort(), ['busy', 'busy', 'claimed'])
    const winner = workers[replies.findIndex(({ kind }) => kind === 'claimed')]!
    const again = await scene.claim(id, winner)
    assert.deepEqual([again.kind, again.kind === 'claimed' && again.attempt], ['claimed', 1])
    assert.deepEqual((await scene.kinds(id)).filter((kind) => kind === 'attempt.started'), ['attempt.started'])
  })

  test('is claimed beside many others at once, each of which starts once and is told what its first worker must know', async () => {
    const projectId = await scene.project()
    const ids = await Promise.all(Array.from({ length: 40 }, async () => scene.run(projectId)))
    const worker = scene.worker()
    // Each is asked for twice, as by a worker whose first question was slow to be answered.
    const replies = await Promise.all([...ids, ...ids].map(async (id) => scene.claim(id, worker)))
    const { progress } = await claimed(scene.claim(await scene.run(projectId), scene.worker()))
    assert.deepEqual([progress.stage, progress.conversation, progress.pendingCalls, progress.spentMicroUsd], ['new', [], [], 0])
    for (const reply of replies) assert.deepEqual(reply.kind === 'claimed' && [reply.attempt, reply.progress], [1, progress])
    for (const id of ids) assert.deepEqual(await scene.kinds(id), ['run.queued', 'attempt.started', 'run.started'])
  })

  test('is claimed though others of the same moment are gone, or another worker has them', async () => {
    const projectId = await scene.project()
    const [free, taken, cancelled] = [await scene.run(projectId), await scene.run(projectId), await scene.run(projectId)]
    const [worker, other] = [scene.worker(), scene.worker()]
    await scene.claim(taken, other)
    const job = await scene.ports.store.jobs.findByRun(cancelled)
    await scene.call('POST', `/api/v1/runs/${cancelled}/cancel`, { body: { reason: 'no' } })
    const late = scene.core.coordinator.claim({ jobId: job!.job.id, runId: cancelled, publication: 1, workerId: worker }, soon())
    const replies = await Promise.all([late, scene.claim(taken, worker), scene.claim(free, worker)])
    assert.deepEqual(replies.map(({ kind }) => kind), ['gone', 'busy', 'claimed'])
    assert.deepEqual((await scene.show(cancelled)).outcome, 'cancelled')
  })

  test('is not given away for a job of another run', async () => {
    const projectId = await scene.project()
    const [one, other] = [await scene.run(projectId), await scene.run(projectId)]
    const job = await scene.ports.store.jobs.findByRun(other)
    const reply = await scene.core.coordinator.claim({ jobId: job!.job.id, runId: one, publication: 1, workerId: scene.worker() }, soon())
    assert.deepEqual(reply, { kind: 'gone', reason: 'the job is no longer wanted' })
  })

  test('takes facts in order, refuses a gap, and ignores what it has', async () => {
    const { id, worker } = await started()
    assert.equal((await record(id, worker, [fact.guidance('1'), fact.guidance('2')])).accepted, 2)
    assert.equal((await record(id, worker, [fact.guidance('4')], 4)).accepted, 2)
    assert.equal((await record(id, worker, [fact.guidance('2'), fact.guidance('3')], 2)).accepted, 3)
    const twice = [...ordinals([fact.guidance('5')], 5), ...ordinals([fact.guidance('5')], 5)]
    assert.equal((await scene.core.coordinator.record({ runId: id, attempt: 1, workerId: worker, facts: twice }, soon())).accepted, 3)
    const texts = (await scene.events(id)).flatMap(({ data }) => (data.kind === 'guidance.added' ? [data.text] : []))
    assert.deepEqual(texts, ['1', '2', '3'])
    await gapless(id)
  })

  test('takes the same batch sent many times at once as one', async () => {
    const { id, worker } = await started()
    const batch = Array.from({ length: 10 }, (_, index) => fact.guidance(String(index)))
    const replies = await Promise.all(Array.from({ length: 8 }, async () => record(id, worker, batch)))
    assert.deepEqual(new Set(replies.map(({ accepted }) => accepted)), new Set([10]))
    assert.equal((await scene.kinds(id)).filter((kind) => kind === 'guidance.added').length, 10)
    await gapless(id)
  })

  test('answers the last batch again after it has ended', async () => {
    const { id, worker } = await started()
    await record(id, worker, goodWork)
    assert.deepEqual(await record(id, worker, goodWork), { accepted: 4, command: 'go' })
    assert.equal((await scene.kinds(id)).filter((kind) => kind === 'run.succeeded').length, 1)
  })

  test('takes nothing after the end of an attempt, not even in the same batch', async () => {
    const { id, worker } = await started({ attended: true })
    const reply = await record(id, worker, [fact.opened, fact.asked(), fact.guidance('late'), fact.finished])
    assert.equal(reply.accepted, 2)
    assert.deepEqual((await scene.kinds(id)).slice(3), ['workspace.opened', 'work.ended', 'question.asked', 'run.waiting'])
  })

  test('refuses facts of an attempt that is no longer current, and of another worker', async () => {
    const { id, worker } = await started()
    assert.equal((await record(id, scene.worker(), [fact.guidance()])).command, 'lost')
    assert.equal((await record(id, worker, [fact.guidance()], 1, 7)).command, 'lost')
    await record(id, worker, [fact.handedOver])
    const next = scene.worker()
    assert.equal((await scene.claim(id, next)).kind, 'claimed')
    assert.deepEqual(await record(id, worker, [fact.guidance(), fact.finished], 2), { accepted: 3, command: 'lost' })
    assert.equal((await scene.kinds(id)).includes('guidance.added'), false)
    assert.equal((await scene.show(id)).status, 'running')
  })

  test('is renewed by who holds it and by nobody else', async () => {
    const { id, worker } = await started()
    const renew = async (workerId: WorkerId, attempt = 1) => (await scene.core.coordinator.renew({ runId: id, attempt, workerId }, soon())).command
    assert.equal(await renew(worker), 'go')
    assert.deepEqual([await renew(scene.worker()), await renew(worker, 2)], ['lost', 'lost'])
    await post(id, 'pause')
    assert.equal(await renew(worker), 'pause')
    await post(id, 'cancel')
    assert.equal(await renew(worker), 'cancel')
    await record(id, worker, [fact.cancelled])
    assert.equal(await renew(worker), 'lost')
  })

  test('gives secrets to the current attempt only', async () => {
    const { id, worker } = await started()
    const secret = async (attempt: number) => (await scene.core.coordinator.secret({ runId: id, attempt, scope: 'forge' }, soon())).value
    assert.deepEqual([await secret(1), await secret(2)], ['a secret', null])
    await record(id, worker, goodWork)
    assert.equal(await secret(1), null)
  })

  test('permits its effect to the current attempt, with every gate passed for that tree', async () => {
    const { id, worker } = await started({ gates: [{ name: 'test', command: 'npm test' }] })
    const permit = async (change: { attempt?: number; tree?: string; mode?: 'branch' | 'patch' } = {}) =>
      (await scene.core.coordinator.permitEffect({ runId: id, attempt: 1, effect: 'deliver', mode: 'branch', tree: 't1', ...change }, soon())).permitted
    assert.equal(await permit(), false)
    await record(id, worker, [fact.checkpoint('t1'), fact.passed('test', 't1')])
    assert.deepEqual([await permit(), await permit({ tree: 't2' }), await permit({ attempt: 2 }), await permit({ mode: 'patch' })], [true, false, false, false])
    await scene.clock.advance(lease + 1)
    assert.equal(await permit(), false, 'after the lease ran out')
    await scene.core.coordinator.renew({ runId: id, attempt: 1, workerId: worker }, soon())
    assert.equal(await permit(), true)
    await post(id, 'cancel')
    assert.equal(await permit(), false, 'while it is being cancelled')
  })

  test('is cancelled at once while nobody holds it, and by its worker else', async () => {
    const queued = await scene.run(await scene.project())
    const first = await post(queued, 'cancel', { reason: 'not needed' })
    assert.deepEqual([first.status, first.body.outcome, first.body.failure], [200, 'cancelled', { code: 'cancelled', message: 'not needed' }])
    assert.equal((await post(queued, 'cancel')).status, 200, 'asking again is fine')
    const { id, worker } = await started()
    assert.equal((await post(id, 'cancel')).body.status, 'running')
    assert.equal((await record(id, worker, [fact.guidance()])).command, 'cancel')
    await record(id, worker, [fact.cancelled], 2)
    assert.equal((await scene.show(id)).outcome, 'cancelled')
    assert.deepEqual(refused(await post(id, 'pause')), [409, 'conflict'])
  })

  test('has one outcome where a cancel races with its completion', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { id, worker } = await started()
      await Promise.all([post(id, 'cancel'), record(id, worker, goodWork), post(id, 'cancel')])
      const ends = (await scene.kinds(id)).filter((kind) => ['run.succeeded', 'run.cancelled', 'run.failed'].includes(kind))
      const { outcome } = await scene.show(id)
      assert.deepEqual(ends, [outcome === 'succeeded' ? 'run.succeeded' : 'run.cancelled'])
      await gapless(id)
    }
  })

  test('is paused and resumed while it waits for a worker', async () => {
    const id = await scene.run(await scene.project())
    assert.equal((await post(id, 'pause')).body.status, 'paused')
    assert.equal(await scene.ports.store.jobs.findByRun(id), null)
    assert.equal((await post(id, 'pause')).status, 200, 'asking again is fine')
    assert.equal((await post(id, 'resume')).body.status, 'queued')
    assert.deepEqual(refused(await post(id, 'resume')), [409, 'conflict'])
    assert.equal((await scene.claim(id, scene.worker())).kind, 'claimed')
  })

  test('is paused by its worker and goes on with a new attempt', async () => {
    const { id, worker } = await started()
    assert.equal((await post(id, 'pause')).body.status, 'running')
    assert.equal((await record(id, worker, [fact.opened])).command, 'pause')
    await record(id, worker, [fact.paused], 2)
    assert.equal((await scene.show(id)).status, 'paused')
    assert.equal((await post(id, 'resume')).body.status, 'queued')
    const reply = await scene.claim(id, scene.worker())
    assert.deepEqual([reply.kind, reply.kind === 'claimed' && reply.attempt], ['claimed', 2])
  })

  test('asks, is answered, and goes on with the answer', async () => {
    const { id, worker } = await started({ attended: true })
    await record(id, worker, [fact.opened, fact.asked()])
    const [question] = await questionsOf(id)
    assert.deepEqual([(await scene.show(id)).status, question?.status, (await scene.show(id)).openQuestions], ['waiting', 'open', 1])
    const answer = async (option: string) => scene.call<Question>('POST', `/api/v1/questions/${question?.id}/answer`, { body: { answer: option, note: 'go' } })
    assert.deepEqual(refused(await answer('perhaps')), [400, 'invalid-input'])
    const given = await answer('yes')
    assert.deepEqual([given.status, given.body.status, given.body.answer, given.body.answeredBy], [200, 'answered', 'yes', 'user:local'])
    assert.deepEqual(refused(await answer('no')), [409, 'conflict'])
    const reply = await scene.claim(id, scene.worker())
    assert.deepEqual(reply.kind === 'claimed' && reply.progress.answers, { 'call-1': { option: 'yes', note: 'go' } })
  })

  test('takes one of two different answers given at once', async () => {
    const { id, worker } = await started({ attended: true })
    await record(id, worker, [fact.asked()])
    const [question] = await questionsOf(id)
    const answers = await Promise.all(['yes', 'no', 'yes', 'no'].map(async (answer) =>
      scene.call<Question>('POST', `/api/v1/questions/${question?.id}/answer`, { body: { answer } })))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409])
    assert.equal((await scene.kinds(id)).filter((kind) => kind === 'question.answered').length, 1)
  })

  test('withdraws its questions when it is cancelled', async () => {
    const { id, worker } = await started({ attended: true })
    await record(id, worker, [fact.asked(3600, ['call-1', 'call-2'])])
    await post(id, 'cancel')
    assert.deepEqual((await questionsOf(id)).map(({ status }) => status), ['withdrawn', 'withdrawn'])
    assert.equal((await scene.show(id)).outcome, 'cancelled')
  })

  test('is tried again as a new run, only when it has ended', async () => {
    const { id, worker } = await started({ priority: 3, maxTurns: 7, timeoutSeconds: 60 })
    assert.deepEqual(refused(await post(id, 'retry', {})), [409, 'conflict'])
    await record(id, worker, goodWork)
    const again = await post<{ id: RunId }>(id, 'retry', { prompt: 'try harder' })
    assert.equal(again.status, 202)
    const retried = await scene.show(again.body.id)
    assert.deepEqual([retried.retryOf, retried.prompt, retried.priority, retried.status], [id, 'try harder', 3, 'queued'])
    const [first, second] = await Promise.all([id, again.body.id].map(workOf))
    assert.deepEqual(second?.termination, first?.termination)
    assert.equal((await scene.show(id)).outcome, 'succeeded')
  })

  test('that reads only has nothing to deliver or check', async () => {
    const { id, worker } = await started({ mode: 'reader', gates: [{ name: 'test', command: 'npm test' }] })
    await record(id, worker, [fact.opened, fact.checkpoint('t0'), fact.finished])
    const run = await scene.show(id)
    assert.deepEqual([run.outcome, run.deliver, run.gates], ['succeeded', 'none', []])
  })

  test('whose work is too large for a message travels by address', async () => {
    const { id } = await started({ prompt: 'x'.repeat(60_000) })
    const work = (await scene.ports.store.runs.get(id))?.work
    assert.equal(work && 'kind' in work && work.kind, 'blob')
  })

  test('keeps one copy of its terms, profile and mode however many runs work by them, and for good', async () => {
    const { store } = scene.ports
    const projectId = await scene.project()
    const runs = await Promise.all([scene.run(projectId), scene.run(projectId, { prompt: 'Another one.' })])
    const [first, second] = await Promise.all(runs.map(async (id) => (await store.runs.get(id))?.work))
    assert.ok(first && second && 'terms' in first && 'terms' in second)
    assert.equal(second.terms, first.terms)
    const terms = RunTerms.parse(JSON.parse(Buffer.from(await scene.ports.artifacts.get(first.terms, AbortSignal.timeout(5000))).toString('utf8')))
    const digests = [first.terms, terms.policy.digest, terms.mode.digest]
    assert.deepEqual(await Promise.all(digests.map(async (digest) => store.artifacts.refersTo(digest))), [true, true, true])
    const [queued] = await scene.events(runs[0])
    assert.deepEqual(queued?.data.kind === 'run.queued' && queued.data.pinned, [first.terms])
  })

  test('that is refused does not harm those that are asked for with it', async () => {
    const projectId = await scene.project()
    const ask = async (change: object) => scene.call<{ id: RunId }>('POST', '/api/v1/runs', { body: { projectId, prompt: 'x', ...change } })
    const answers = await Promise.all([ask({}), ask({ policy: 'unknown' }), ask({}), ask({ taskId: scene.ports.ids.next() }), ask({})])
    assert.deepEqual(answers.map(({ status }) => status), [202, 404, 202, 404, 202])
    for (const { status, body } of answers) if (status === 202) assert.equal((await scene.show(body.id)).status, 'queued')
  })

  test('of a project that is being deleted keeps it', async () => {
    const projectId = await scene.project()
    const id = await scene.run(projectId)
    assert.deepEqual(refused(await scene.call('DELETE', `/api/v1/projects/${projectId}`)), [409, 'conflict'])
    await post(id, 'cancel')
    assert.equal((await scene.call('DELETE', `/api/v1/projects/${projectId}`)).status, 204)
    assert.equal((await scene.show(id)).outcome, 'cancelled')
  })

  test('keeps its claim and its facts over a restart of core', async () => {
    const { id, worker } = await started()
    await record(id, worker, [fact.opened])
    await using restarted = await scene.again()
    const reply: ClaimReply = await restarted.claim(id, worker)
    assert.deepEqual([reply.kind, reply.kind === 'claimed' && reply.attempt], ['claimed', 1])
    const facts = ordinals(goodWork.slice(1), 2)
    assert.deepEqual(await restarted.core.coordinator.record({ runId: id, attempt: 1, workerId: worker, facts }, soon()), { accepted: 4, command: 'go' })
    assert.equal((await restarted.show(id)).outcome, 'succeeded')
  })

  test('that core does not know is gone', async () => {
    const runId = RunId.parse(scene.ports.ids.next())
    const workerId = scene.worker()
    assert.deepEqual(await record(runId, workerId, [fact.guidance()]), { accepted: 1, command: 'lost' })
    assert.equal((await scene.core.coordinator.renew({ runId, attempt: 1, workerId }, soon())).command, 'lost')
  })
})

test('a run that names no model gets the first one that the endpoint lists', async () => {
  await using scene = await openScene({ config: { llm: { baseUrl: 'http://127.0.0.1:1/v1' } }, models: ['first', 'second'] })
  const { status, body } = await scene.call('POST', '/api/v1/runs', { body: { projectId: await scene.project(), prompt: 'x' } })
  const run = await scene.call('GET', `/api/v1/runs/${Accepted.parse(body).id}`)
  assert.deepEqual([status, Run.parse(run.body).model], [202, 'first'])
})

test('runs are refused without a model, over the limit of the queue and over the quota', async () => {
  let bytes = 0
  await using scene = await openScene({ config: { llm: {}, runs: { maxQueued: 2 } }, dataBytes: () => bytes })
  const projectId = await scene.project()
  const ask = async (body: Readonly<Record<string, unknown>> = {}) => scene.call('POST', '/api/v1/runs', { body: { projectId, prompt: 'x', ...body } })
  assert.deepEqual(refused(await ask({ model: 'any' })), [422, 'llm-not-configured'])
  Object.assign(scene.config.llm, { baseUrl: 'http://127.0.0.1:1/v1' })
  assert.deepEqual(refused(await ask()), [422, 'llm-not-configured'])
  assert.deepEqual([(await ask({ model: 'a' })).status, (await ask({ model: 'a' })).status], [202, 202])
  assert.deepEqual(refused(await ask({ model: 'a' })), [429, 'too-many-runs'])
  bytes = 21 * 1024 ** 3
  Object.assign(scene.config.runs, { maxQueued: 10 })
  assert.deepEqual(refused(await ask({ model: 'a' })), [507, 'quota-exceeded'])
})

describe('requests that come together', () => {
  const crowd = async (scene: Scene, projectId: ProjectId, count: number) =>
    Promise.all(Array.from({ length: count }, async (_, index) => scene.call<{ id: RunId }>('POST', '/api/v1/runs', { body: { projectId, prompt: `x ${String(index)}`, model: 'a' } })))
  const statuses = (answers: readonly { readonly status: number }[]) => answers.map(({ status }) => status)

  test('are counted with those that wait, one crowd after the other', async () => {
    await using scene = await openScene({ config: { runs: { maxQueued: 5 } } })
    const projectId = await scene.project()
    assert.deepEqual(statuses(await crowd(scene, projectId, 3)), [202, 202, 202])
    assert.deepEqual(statuses(await crowd(scene, projectId, 3)).sort(), [202, 202, 429])
    assert.deepEqual(statuses(await crowd(scene, projectId, 2)), [429, 429])
  })

  test('are judged by their project as it is, however lately another crowd was', async () => {
    await using scene = await openScene({ config: { server: { port: 0 }, runs: { maxConcurrentPerProject: 100 } } })
    await scene.core.start()
    const projectId = await scene.project({ localPath: null, repoUrl: 'https://example.org/a.git' })
    await scene.core.coordinator.announce({ workerId: scene.worker(), pools: ['default'], slots: 50, busy: 0, sandbox: 'mount', version: '0', stopping: false }, AbortSignal.timeout(10_000))
    const first = await crowd(scene, projectId, 3)
    const jobs = await Promise.all(first.map(async ({ body }) => scene.ports.store.jobs.findByRun(body.id)))
    assert.deepEqual([statuses(first), jobs.map((job) => job?.status)], [[202, 202, 202], ['published', 'published', 'published']])
    const { body: { version } } = await scene.call<Project>('GET', `/api/v1/projects/${projectId}`)
    await scene.call('PATCH', `/api/v1/projects/${projectId}`, { body: { version, deliver: 'patch' } })
    const second = await crowd(scene, projectId, 3)
    assert.deepEqual(await Promise.all(second.map(async ({ body }) => (await scene.show(body.id)).deliver)), ['patch', 'patch', 'patch'])
  })
})
