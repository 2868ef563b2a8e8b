import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { withoutNats } from '@codeforge/testing/nats-server'
import { until } from '@codeforge/testing/codeforge-process'
import { playCampaign } from './campaign.ts'
import { violationsOf } from './invariants/all.ts'
import { promptOf } from './model.ts'
import { observe } from './observe.ts'
import type { AcceptedRun } from './observation.ts'
import { makePlan } from './plan.ts'
import type { ColumnName, Plan, RunPlan } from './plan.ts'
import { descendantsOf, commandOf, signal } from './processes.ts'
import { openScene } from './scene.ts'
import type { Scene } from './scene.ts'
import type { Wired } from './system/fleet.ts'
import { inTime } from './testing/in-time.ts'

const plain: RunPlan = {
  index: 0, repository: 0, gateMs: 0, deliver: 'branch', question: null, cancelAfterCalls: null, sent: 1, modelFault: null, retried: false,
  calls: [{ name: 'call-0', sleepMs: 0, leaves: false }],
}

function planOf(column: ColumnName, runs: readonly Partial<RunPlan>[]): Plan {
  return { seed: 0, column, faults: [], runs: runs.map((run, index) => ({ ...plain, ...run, index })) }
}

/** Each test plays the run of its own place in the plan. */
const places = { firstCall: 0, beforeFact: 1, partition: 2, twenty: 3, stopped: 4 } as const

const oneCall = (name: string, leaves: boolean) => ({ calls: [{ name, sleepMs: 0, leaves }] })

// Calls wait where a test holds them, and for nothing else: how fast the machine is decides nothing.
const fleetPlan = planOf('fleet', [{ modelFault: { turn: 0, kind: 'silent' } }, oneCall('call-1', false), oneCall('call-2', true), {}, oneCall('call-4', true)])

interface Started { readonly id: string, readonly run: AcceptedRun }

async function start({ system, projects, stepPort }: Scene, plan: Plan, place: number): Promise<Started> {
  const run = plan.runs[place] ?? plain
  const gates = [{ name: 'gate', command: `bash gate.sh 0 ${stepPort}` }]
  const body = { projectId: projects[run.repository], prompt: promptOf(run), deliver: run.deliver, attended: true, gates }
  const { id } = await system.ask('POST', '/runs', body, { 'idempotency-key': `place-${place}` })
  return { id: String(id), run: { id: String(id), plan: run, cancelled: false } }
}

async function eventsOf({ system }: Scene, id: string) {
  return (await system.ask('GET', `/runs/${id}/events?limit=1000`))['items'] as { kind: string; at: string; attempt: number | null; data: Record<string, unknown> }[]
}

const ended = async ({ system }: Scene, id: string) =>
  until(async () => { const run = await system.ask('GET', `/runs/${id}`); return run['status'] === 'ended' && run }, 60_000, () => `${id} did not end`)

/** What waits for a step that may not come is told so. */
const aMinuteFor = async <Result>(promise: Promise<Result>, what: string): Promise<Result> => inTime(promise, 60_000, () => what)

/** The worker that a process of the run's call descends from. */
function holderOf({ system }: Scene, name: string): Wired {
  const holder = (system.wired ?? []).find(({ process }) => descendantsOf(process.pid).some((pid) => commandOf(pid).includes(name)))
  assert.ok(holder, `no worker has a process of ${name}`)
  return holder
}

describe('a worker of a fleet', { skip: await withoutNats(), concurrency: false }, () => {
  let scene: Scene
  const accepted: AcceptedRun[] = []
  before(async () => { scene = await openScene(fleetPlan) })
  after(async () => scene[Symbol.asyncDispose]())

  const begin = async (place: number): Promise<string> => {
    const { id, run } = await start(scene, fleetPlan, place)
    accepted.push(run)
    return id
  }
  const kinds = async (id: string, kind: string) => (await eventsOf(scene, id)).filter((event) => event.kind === kind).length

  const attemptsOf = (id: string, kind: string) => scene.steps.effects.filter((effect) => effect.runId === id && effect.kind === kind).map(({ attempt }) => attempt)
  const isGone = (pid: number): boolean => commandOf(pid) === ''

  test('that is killed before its first call leaves its run to another one', async () => {
    // The model is asked and says nothing: so far the worker can come, and no further.
    const asked = new Promise<void>((resolve) => { scene.steps.at({ of: 'request', count: 1, delayMs: 0 }, resolve) })
    const id = await begin(places.firstCall)
    await aMinuteFor(asked, 'the model was not asked')
    const claimed = (await eventsOf(scene, id)).findLast(({ kind }) => kind === 'attempt.started')
    const index = (scene.system.wired ?? []).findIndex(({ process }) => process.output().includes(String(claimed?.data['workerId'])))
    await scene.system.inflict({ kind: 'kill-worker', worker: index, milliseconds: 0 })
    assert.equal((await ended(scene, id))['outcome'], 'succeeded')
    assert.ok(attemptsOf(id, 'call-begins').every((attempt) => attempt > Number(claimed?.attempt)))
  })

  test('that dies after a call and before the call is recorded has the call executed once more, in a workspace without the first one', async () => {
    using held = scene.steps.hold('call-ends', 'call-1')
    const id = await begin(places.beforeFact)
    const { attempt } = await aMinuteFor(held.reached, 'the call did not end')
    const holder = holderOf(scene, 'call-1')
    // From here on nothing of it can be recorded; then the call ends, and its worker with what it knows.
    holder.wire.freeze()
    held.letGo()
    await aMinuteFor(held.gone, 'the process of the call goes on')
    await scene.system.inflict({ kind: 'kill-worker', worker: (scene.system.wired ?? []).indexOf(holder), milliseconds: 0 })
    holder.wire.mend()
    assert.equal((await ended(scene, id))['outcome'], 'succeeded')
    const [first, second] = attemptsOf(id, 'call-ends')
    assert.equal(first, attempt)
    assert.ok((second ?? 0) > attempt, 'the call was not executed once more')
  })

  test('that is cut off ends everything that its run started before another one begins to work on the run', async () => {
    using held = scene.steps.hold('call-ends', 'call-2')
    const id = await begin(places.partition)
    const { attempt } = await aMinuteFor(held.reached, 'the call did not end')
    const holder = holderOf(scene, 'call-2')
    const tree = descendantsOf(holder.process.pid).filter((pid) => commandOf(pid).includes('call-2') || commandOf(pid).startsWith('sleep 3600'))
    assert.ok(tree.length > 0)
    // Whoever does the first step of another attempt waits for its answer until somebody has looked.
    using next = scene.steps.hold('call-begins', 'call-2')
    holder.wire.freeze()
    const other = await aMinuteFor(next.reached, 'no other worker took the run')
    const left = tree.filter((pid) => !isGone(pid))
    holder.wire.mend()
    next.letGo()
    assert.ok(other.attempt > attempt)
    assert.deepEqual(left, [], 'the tree of the cut off worker goes on')
    assert.equal((await ended(scene, id))['outcome'], 'succeeded')
  })

  test('that is stopped longer than its lease says and does nothing of it when it goes on', async () => {
    using held = scene.steps.hold('call-ends', 'call-4')
    const id = await begin(places.stopped)
    const { attempt } = await aMinuteFor(held.reached, 'the call did not end')
    const holder = holderOf(scene, 'call-4')
    using next = scene.steps.hold('call-begins', 'call-4')
    signal(holder.process.pid, 'SIGSTOP')
    await aMinuteFor(next.reached, 'no other worker took the run')
    const before = (await eventsOf(scene, id)).length
    signal(holder.process.pid, 'SIGCONT')
    // It ends what it had of the run, without a word; only then does the other one go on.
    await aMinuteFor(held.gone, 'the worker that was stopped goes on with its call')
    next.letGo()
    assert.equal((await ended(scene, id))['outcome'], 'succeeded')
    const later = (await eventsOf(scene, id)).slice(before)
    assert.deepEqual(later.filter((event) => event.attempt === attempt), [])
    assert.equal(await kinds(id, 'delivery.completed'), 1)
  })

  test('gets one run of twenty equal requests that come at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, async () => start(scene, fleetPlan, places.twenty)))
    const ids = new Set(all.map(({ id }) => id))
    assert.equal(ids.size, 1)
    accepted.push(...all.slice(0, 1).map(({ run }) => run))
    for (const id of ids) assert.equal((await ended(scene, id))['outcome'], 'succeeded')
  })

  test('leaves nothing wrong behind by any of this', async () => {
    let violations = ['?']
    await until(async () => {
      violations = violationsOf(await observe({ ...scene, accepted })).map(({ invariant, detail }) => `${invariant}: ${detail}`)
      return violations.length === 0
    }, 10_000, () => violations.join('\n'))
  })
})

describe('a run that is cancelled in the moment in which it is done or answered', () => {
  test('has one outcome, and the log, the list, the branch and the money agree on it', async () => {
    const runs = makePlan(99, 'embedded', 24).runs.map((run): RunPlan => ({
      ...run, retried: false, sent: 1, modelFault: null,
      calls: run.calls.slice(0, 1).map((call) => ({ ...call, sleepMs: 0 })),
      ...(run.index % 3 === 0 ? { question: 'late' as const, cancelAfterCalls: null } : { question: null, cancelAfterCalls: 1 }),
    }))
    const { violations, output } = await playCampaign({ seed: 99, column: 'embedded', faults: [], runs }, { tell: () => undefined })
    assert.deepEqual(violations, [], output)
  })
})
