import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { withoutNats } from '@codeforge/testing/nats-server'
import { until } from '@codeforge/testing/codeforge-process'
import { playCampaign } from './campaign.ts'
import { violationsOf } from './invariants/all.ts'
import { promptOf } from './model.ts'
import { observe } from './observe.ts'
import type { AcceptedRun } from './observation.ts'
import { leaseSeconds, makePlan } from './plan.ts'
import type { ColumnName, Plan, RunPlan } from './plan.ts'
import { descendantsOf, commandOf, signal } from './processes.ts'
import { openScene } from './scene.ts'
import type { Scene } from './scene.ts'
import type { Wired } from './system/fleet.ts'

const plain: RunPlan = {
  index: 0, repository: 0, gateMs: 0, deliver: 'branch', question: null, cancelAfterCalls: null, sent: 1, modelFault: null, retried: false,
  calls: [{ name: 'call-0', sleepMs: 0, leaves: false }],
}

function planOf(column: ColumnName, runs: readonly Partial<RunPlan>[]): Plan {
  return { seed: 0, column, faults: [], runs: runs.map((run, index) => ({ ...plain, ...run, index })) }
}

/** Each test plays the run of its own place in the plan. */
const places = { firstCall: 0, beforeFact: 1, partition: 2, twenty: 3, stopped: 4 } as const

const longCall = (name: string) => [{ name, sleepMs: 6000, leaves: true }]

const fleetPlan = planOf('fleet', [{}, { calls: [{ name: 'call-1', sleepMs: 1500, leaves: false }] }, { calls: longCall('call-2') }, {}, { calls: longCall('call-4') }])

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

const seen = async (scene: Scene, id: string, kind: string, times = 1) =>
  until(async () => (await eventsOf(scene, id)).filter((event) => event.kind === kind).length >= times, 30_000, () => `${kind} was not recorded ${times} times`)

const ended = async ({ system }: Scene, id: string) =>
  until(async () => { const run = await system.ask('GET', `/runs/${id}`); return run['status'] === 'ended' && run }, 60_000, () => `${id} did not end`)

const begun = async ({ steps }: Scene, id: string) =>
  until(async () => steps.effects.some((effect) => effect.runId === id && effect.kind === 'call-begins'), 30_000, () => 'the call did not begin')

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

  test('that is killed before its first call leaves its run to another one', async () => {
    const id = await begin(places.firstCall)
    await seen(scene, id, 'attempt.started')
    const [claimed] = (await eventsOf(scene, id)).filter(({ kind }) => kind === 'attempt.started')
    const index = (scene.system.wired ?? []).findIndex(({ process }) => process.output().includes(String(claimed?.data['workerId'])))
    await scene.system.inflict({ kind: 'kill-worker', worker: index, milliseconds: 0 })
    assert.equal((await ended(scene, id))['outcome'], 'succeeded')
  })

  test('that dies after a call and before the call is recorded has the call executed once more, in a workspace without the first one', async () => {
    const id = await begin(places.beforeFact)
    await begun(scene, id)
    const holder = holderOf(scene, 'call-1')
    holder.wire.freeze()
    await until(async () => scene.steps.effects.some((effect) => effect.runId === id && effect.kind === 'call-ends'), 10_000, () => 'the call did not end')
    await scene.system.inflict({ kind: 'kill-worker', worker: (scene.system.wired ?? []).indexOf(holder), milliseconds: 0 })
    holder.wire.mend()
    assert.equal((await ended(scene, id))['outcome'], 'succeeded')
    assert.deepEqual(scene.steps.effects.filter((effect) => effect.runId === id && effect.kind === 'call-begins').map(({ attempt }) => attempt), [1, 2])
  })

  test('that is cut off ends everything that its run started before core gives the run to another one', async () => {
    const id = await begin(places.partition)
    await begun(scene, id)
    const holder = holderOf(scene, 'call-2')
    const tree = descendantsOf(holder.process.pid).filter((pid) => commandOf(pid).includes('call-2') || commandOf(pid).startsWith('sleep 3600'))
    assert.ok(tree.length > 0)
    holder.wire.freeze()
    const gone = until(async () => tree.every((pid) => commandOf(pid) === '') && Date.now(), leaseSeconds * 2000, () => 'the tree of the cut off worker goes on')
    await seen(scene, id, 'attempt.lost')
    const [lost] = (await eventsOf(scene, id)).filter(({ kind }) => kind === 'attempt.lost')
    const goneAt = await gone
    holder.wire.mend()
    assert.ok(goneAt <= Date.parse(lost?.at ?? ''), `the tree was gone ${goneAt - Date.parse(lost?.at ?? '')} ms after the lease`)
    assert.equal((await ended(scene, id))['outcome'], 'succeeded')
  })

  test('that is stopped longer than its lease says and does nothing of it when it goes on', async () => {
    const id = await begin(places.stopped)
    await begun(scene, id)
    const holder = holderOf(scene, 'call-4')
    signal(holder.process.pid, 'SIGSTOP')
    await seen(scene, id, 'attempt.started', 2)
    const before = (await eventsOf(scene, id)).length
    signal(holder.process.pid, 'SIGCONT')
    assert.equal((await ended(scene, id))['outcome'], 'succeeded')
    const later = (await eventsOf(scene, id)).slice(before)
    assert.deepEqual(later.filter(({ attempt }) => attempt === 1), [])
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
