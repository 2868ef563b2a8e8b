import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Observation, StoredEvent } from '../observation.ts'
import { anObservation, logOf, plan, runId } from '../testing/an-observation.ts'
import { violationsOf } from './all.ts'

const sound = anObservation()
const [run] = sound.runs
const [repository] = sound.repositories
assert.ok(run && repository)

/** The sound log with some of its events left out, others put before its last one, or the last one replaced. */
function log(change: { without?: string; more?: readonly Pick<StoredEvent, 'kind' | 'attempt' | 'data'>[]; end?: Pick<StoredEvent, 'kind' | 'data'> }): readonly StoredEvent[] {
  const kept = sound.events.filter(({ kind }) => kind !== change.without)
  return logOf([...kept.slice(0, -1), ...(change.more ?? []), { ...kept.at(-1), attempt: null, data: {}, kind: 'run.succeeded', ...change.end }])
}

const renumbered = (events: readonly StoredEvent[], index: number, change: Partial<StoredEvent>): readonly StoredEvent[] =>
  events.map((event, place) => (place === index ? { ...event, ...change } : event))

const aQuestion = { kind: 'question.asked', attempt: null, data: { questionId: 'q' } }
const answered = { kind: 'question.answered', attempt: null, data: { questionId: 'q' } }
const lost = { kind: 'attempt.lost', attempt: null, data: {} }
const workerLost = { kind: 'run.failed', data: { outcome: 'infrastructure', code: 'worker-lost' } }
const infrastructure = [{ ...run, outcome: 'infrastructure' }]

/** What is planted, and the invariant that must see it. */
const planted: readonly (readonly [string, string, Partial<Observation>])[] = [
  ['a run that is not in the store', 'accepted-runs-end', { runs: [] }],
  ['a run that does not end', 'accepted-runs-end', { runs: [{ ...run, status: 'running', outcome: null }] }],
  ['a run that ends twice', 'accepted-runs-end', { events: log({ more: [{ kind: 'run.cancelled', attempt: null, data: {} }] }) }],
  ['a list that says another end than the log', 'accepted-runs-end', { runs: [{ ...run, outcome: 'cancelled' }] }],
  ['a second run for one request', 'no-run-twice', { runs: [run, { ...run, id: 'another' }] }],
  ['a run that failed for no fault of ours', 'outcomes-are-explained', { runs: [{ ...run, outcome: 'timeout' }], events: log({ without: 'delivery.completed', end: { kind: 'run.failed', data: { outcome: 'timeout' } } }) }],
  ['a run that was given up after one lost worker', 'outcomes-are-explained', { runs: infrastructure, events: log({ more: [lost], end: workerLost }) }],
  ['a run that was cancelled by nobody', 'outcomes-are-explained', { runs: [{ ...run, outcome: 'cancelled' }], events: log({ end: { kind: 'run.cancelled', data: {} } }) }],
  ['a job of a run that ended', 'nothing-is-left-open', { jobs: [runId] }],
  ['an open question of a run that ended', 'nothing-is-left-open', { openQuestions: [runId] }],
  ['a question that was closed twice', 'nothing-is-left-open', { events: log({ more: [aQuestion, answered, { ...answered, kind: 'question.expired' }] }) }],
  ['a question that was never closed', 'nothing-is-left-open', { events: log({ more: [aQuestion] }) }],
  ['a gap in a log', 'logs-have-no-gap', { events: renumbered(sound.events, 3, { sequence: 5 }) }],
  ['an event that comes twice', 'logs-have-no-gap', { events: renumbered(sound.events, 3, { sequence: 3 }) }],
  ['a position that does not grow', 'logs-have-no-gap', { events: renumbered(sound.events, 3, { position: 12 }) }],
  ['a recorded call that a later attempt executes', 'recorded-calls-run-once', { effects: [...sound.effects, { kind: 'call-begins', runId, attempt: 2, name: 'call-0-0' }] }],
  ['a call that one attempt executes twice', 'recorded-calls-run-once', { effects: [...sound.effects, { kind: 'call-begins', runId, attempt: 1, name: 'call-0-0' }] }],
  ['a call that is recorded twice', 'recorded-calls-run-once', { events: log({ more: [{ kind: 'toolcall.completed', attempt: 2, data: { callId: 'call-1' } }] }) }],
  ['a success without a delivery', 'one-delivery', { events: log({ without: 'delivery.completed' }) }],
  ['a second delivery', 'one-delivery', { events: log({ more: [{ kind: 'delivery.completed', attempt: 2, data: { branch: `codeforge/${runId}` } }] }) }],
  ['a delivered branch that is not there', 'branches-hold-the-work', { repositories: [{ ...repository, refs: {} }] }],
  ['a branch with a line twice', 'branches-hold-the-work', { repositories: [{ ...repository, refs: { [`refs/heads/codeforge/${runId}`]: 'call-0-0\ncall-0-0\n' } }] }],
  ['a damaged repository', 'repositories-are-untouched', { repositories: [{ ...repository, damage: 'missing blob' }] }],
  ['a stray ref', 'repositories-are-untouched', { repositories: [{ ...repository, refs: { ...repository.refs, 'refs/stray': '' } }] }],
  ['a branch that is not on the start', 'repositories-are-untouched', { repositories: [{ ...repository, strange: ['refs/heads/x'] }] }],
  ['a worktree that was left', 'repositories-are-untouched', { repositories: [{ ...repository, worktrees: 2 }] }],
  ['a changed file of the user', 'repositories-are-untouched', { repositories: [{ ...repository, status: ' M a' }] }],
  ['a changed index', 'repositories-are-untouched', { repositories: [{ ...repository, indexChanged: true }] }],
  ['a hold that was left', 'money-adds-up', { accounts: sound.accounts.map((account) => ({ ...account, heldMicroUsd: 5 })) }],
  ['a slice that was left', 'money-adds-up', { runs: [{ ...run, sliceMicroUsd: 3 }] }],
  ['tokens that were left', 'money-adds-up', { runs: [{ ...run, sliceTokens: 3 }] }],
  ['spend that no account has', 'money-adds-up', { accounts: sound.accounts.map((account) => ({ ...account, spentMicroUsd: 139 })) }],
  ['a hold that was settled twice', 'money-adds-up', { events: log({ more: [{ kind: 'spend.booked', attempt: null, data: { holdId: 'hold-1', costMicroUsd: 0 } }] }) }],
  ['a process that was left', 'no-process-is-left', { strays: [{ pid: 1, command: 'sleep 3600' }] }],
  ['a workspace that stayed mounted', 'no-mount-is-left', { mounts: ['/data/workspaces/a/1'] }],
]

describe('the invariants of a campaign', () => {
  test('see nothing wrong in a run that went well', () => {
    assert.deepEqual(violationsOf(sound), [])
  })

  for (const [what, invariant, change] of planted) {
    test(`see ${what}`, () => {
      const seen = violationsOf(anObservation(change)).map((violation) => violation.invariant)
      assert.ok(seen.includes(invariant), `expected ${invariant}, got ${seen.join(', ')}`)
    })
  }

  test('accept a run whose workers were lost three times, and one that was cancelled by request', () => {
    const given = { events: log({ without: 'delivery.completed', more: [lost, lost, lost], end: workerLost }), runs: infrastructure }
    assert.deepEqual(violationsOf(anObservation(given)), [])
    const cancelled = { events: log({ without: 'delivery.completed', end: { kind: 'run.cancelled', data: {} } }), runs: [{ ...run, outcome: 'cancelled' }] }
    assert.deepEqual(violationsOf(anObservation({ ...cancelled, accepted: [{ id: runId, plan, cancelled: true }] })), [])
  })

  test('accept a call that is executed again because its worker died before its fact', () => {
    const effects = [{ kind: 'call-begins' as const, runId, attempt: 0, name: 'call-0-0' }, ...sound.effects]
    assert.deepEqual(violationsOf(anObservation({ effects })), [])
  })
})
