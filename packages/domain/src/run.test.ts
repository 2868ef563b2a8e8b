import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { evolveRun } from './run-evolve.ts'
import { assertLegal, draft, listed, lives, play, queued, questionId, receipt, recorded, worker, type Step } from './testing/run-play.ts'
import { decideCommand, decideFact, type RunState } from './run.ts'
import { projectRun } from './view/run-projection.ts'

const context = { now: new Date(0), nextQuestionId: () => questionId(1) }
const started: Step = { command: { kind: 'start-attempt', workerId: worker } }
const paused: Step = { command: { kind: 'pause' } }
const resumed: Step = { command: { kind: 'resume' } }
const ended = (result: Extract<Parameters<typeof decideFact>[1], { kind: 'work.ended' }>['result']): Step => ({ fact: { kind: 'work.ended', result } })
const kindsAfter = (life: readonly Step[]) => {
  const { log, state } = play(life)
  return { kinds: log.map(({ kind }) => kind), status: state.status }
}

test('no life of a run reaches an illegal state', () => {
  fc.assert(fc.property(lives, (life) => { play(life).states.forEach(assertLegal) }), { numRuns: 2000 })
})

test('an ended run never changes and ends once', () => {
  fc.assert(fc.property(lives, (life) => {
    const { log } = play(life, (before, after) => { if (before.status === 'ended') assert.deepEqual(after, before) })
    const endings = log.filter(({ kind }) => kind === 'run.succeeded' || kind === 'run.failed' || kind === 'run.cancelled')
    assert.ok(endings.length <= 1)
  }), { numRuns: 1000 })
})

test('replaying a log gives the same state', () => {
  fc.assert(fc.property(lives, (life) => {
    const { state, log } = play(life)
    assert.deepEqual(log.reduce(evolveRun, queued), state)
  }), { numRuns: 500 })
})

test('decisions and lists agree on status, outcome, attempt, questions and money after every event', () => {
  fc.assert(fc.property(lives, (life) => {
    let state = queued
    let run = listed
    play(life).log.forEach((data, index) => {
      state = evolveRun(state, data)
      run = projectRun(run, data, recorded(data, index + 1))
      assert.deepEqual(
        { status: run.status, outcome: run.outcome, attempt: run.attempt, questions: run.openQuestions, spent: run.costMicroUsd },
        { status: state.status, outcome: state.outcome, attempt: state.attempt, questions: state.questions.length, spent: state.spentMicroUsd },
      )
    })
  }), { numRuns: 1000 })
})

test('a random life is long enough to see what goes wrong late', () => {
  const seen = fc.sample(lives, { numRuns: 400, seed: 1 }).map((life) => play(life))
  const share = (fits: (played: (typeof seen)[number]) => boolean) => seen.filter(fits).length / seen.length
  assert.ok(share(({ state }) => state.attempt >= 3) > 0.2)
  assert.ok(share(({ log }) => log.some(({ kind }) => kind === 'run.waiting')) > 0.5)
  assert.ok(share(({ states }) => states.some(({ status, pauseRequested }) => status === 'waiting' && pauseRequested)) > 0.15)
})

test('resuming a run that waits leaves its questions to be answered', () => {
  assert.deepEqual(kindsAfter([started, paused, ended({ kind: 'asked', questions: [draft] }), resumed]), {
    kinds: ['attempt.started', 'run.started', 'run.pause-requested', 'work.ended', 'question.asked', 'run.waiting', 'run.resumed'], status: 'waiting',
  })
})

test('a pause asked for while a question is open holds once it is answered', () => {
  assert.deepEqual(kindsAfter([started, paused, ended({ kind: 'asked', questions: [draft] }), { settle: 'answer', index: 0 }]), {
    kinds: ['attempt.started', 'run.started', 'run.pause-requested', 'work.ended', 'question.asked', 'run.waiting', 'question.answered', 'run.paused'], status: 'paused',
  })
})

test('a pause holds when the worker hands the run over', () => {
  assert.deepEqual(kindsAfter([started, paused, ended({ kind: 'handed-over' })]), {
    kinds: ['attempt.started', 'run.started', 'run.pause-requested', 'work.ended', 'attempt.released', 'run.paused'], status: 'paused',
  })
})

test('a pause holds when the worker is lost', () => {
  assert.deepEqual(kindsAfter([started, paused, { command: { kind: 'lose-attempt', reason: 'gone' } }]), {
    kinds: ['attempt.started', 'run.started', 'run.pause-requested', 'attempt.lost', 'run.paused'], status: 'paused',
  })
})

test('a run resumed while its worker was stopping goes back to the queue', () => {
  assert.deepEqual(kindsAfter([started, paused, resumed, ended({ kind: 'paused' })]), {
    kinds: ['attempt.started', 'run.started', 'run.pause-requested', 'run.resumed', 'work.ended', 'attempt.released'], status: 'queued',
  })
})

test('what arrives after the attempt let go decides nothing', () => {
  const { state } = play([started, ended({ kind: 'asked', questions: [draft] })])
  assert.deepEqual(decideFact(state, { kind: 'gate.started', gate: 'tests', command: 'npm test', baseline: false }, context), [])
})

test('three lost workers end a run as infrastructure', () => {
  const lost: Step = { command: { kind: 'lose-attempt', reason: 'gone' } }
  const { state, log } = play([started, lost, started, lost, started, lost])
  assert.deepEqual({ outcome: state.outcome, last: log.at(-1) }, {
    outcome: 'infrastructure',
    last: { kind: 'run.failed', outcome: 'infrastructure', code: 'worker-lost', message: '3 workers were lost while they worked on this run; the last one: gone' },
  })
})

test('restoring a checkpoint makes its tree the current one', () => {
  const atA = evolveRun(queued, { kind: 'checkpoint.created', checkpoint: '1', tree: 'tree-a', label: '', stat: { files: 0, insertions: 0, deletions: 0 }, bundle: null })
  const atB = evolveRun(atA, { kind: 'checkpoint.created', checkpoint: '2', tree: 'tree-b', label: '', stat: { files: 0, insertions: 0, deletions: 0 }, bundle: null })
  assert.deepEqual(evolveRun(atB, { kind: 'checkpoint.restored', checkpoint: '1', tree: 'tree-a', reason: 'rewind', undone: null, stat: null }), atA)
})

const delivered: RunState = { ...queued, status: 'delivering', attempt: 1, attemptLive: true, tree: 'tree-a', passed: { tests: 'tree-a' }, deliveredTree: 'tree-a' }
const finish = { kind: 'work.ended', result: { kind: 'finished', summary: 'done' } } as const

test('a run succeeds with a receipt for the very tree that was delivered', () => {
  assert.deepEqual(decideFact(delivered, finish, context), [{ kind: 'run.succeeded', summary: 'done' }])
})

test('a run that delivered is done, however its worker ends', () => {
  const summary = 'Delivered. Its worker ended before it could say more.'
  const cancelling: RunState = { ...delivered, cancelReason: 'enough' }
  for (const state of [delivered, cancelling, { ...delivered, lostAttempts: 2 }, { ...delivered, pauseRequested: true }]) {
    assert.deepEqual(decideCommand(state, { kind: 'lose-attempt', reason: 'gone' }), [{ kind: 'attempt.lost', attempt: 1, reason: 'gone' }, { kind: 'run.succeeded', summary }])
  }
  for (const result of [{ kind: 'cancelled' }, { kind: 'handed-over' }, { kind: 'failed', outcome: 'infrastructure', code: 'internal', message: 'x' }] as const) {
    assert.deepEqual(decideFact(cancelling, { kind: 'work.ended', result }, context), [{ kind: 'run.succeeded', summary }])
  }
})

test('a receipt for another tree proves nothing', () => {
  assert.deepEqual(decideFact({ ...delivered, passed: { tests: 'tree-b' } }, finish, context), [
    { kind: 'run.failed', outcome: 'gate-failed', code: 'gate-failed', message: 'No passing receipt for the delivered tree from: tests.' },
  ])
})

test('a gate that fails takes its earlier receipt back', () => {
  const state = evolveRun(delivered, { kind: 'gate.failed', receipt: receipt('tree-a', false), baseline: false })
  assert.deepEqual(state, { ...delivered, passed: {} })
})

test('work that ends without its delivery is undelivered', () => {
  assert.deepEqual(decideFact({ ...delivered, deliveredTree: null }, finish, context), [
    { kind: 'run.failed', outcome: 'undelivered', code: 'delivery-failed', message: 'The work ended without the delivery that was asked for.' },
  ])
})

test('cancelling a run that waits withdraws its questions', () => {
  const { state } = play([started, ended({ kind: 'asked', questions: [draft] })])
  assert.deepEqual(decideCommand(state, { kind: 'cancel', reason: 'enough' }), [
    { kind: 'run.cancel-requested', reason: 'enough' }, { kind: 'question.withdrawn', questionId: questionId(1), subject: 'call' }, { kind: 'run.cancelled', reason: 'enough' },
  ])
})

test('an answer that was not offered is no answer', () => {
  const { state } = play([started, ended({ kind: 'asked', questions: [draft] })])
  assert.deepEqual(decideCommand(state, { kind: 'answer-question', questionId: questionId(1), answer: 'perhaps', note: null }), [])
})

test('spending is reported at 80 and at 90 percent, once each', () => {
  const at85: RunState = { ...delivered, spentMicroUsd: 850 }
  const model = { kind: 'model.failed', turn: 1, model: 'm', code: 'c', message: 'm', willRetry: true, costMicroUsd: 0, holdId: recorded(finish, 1).id as never } as const
  const first = decideFact(at85, model, context)
  const second = decideFact({ ...first.reduce(evolveRun, at85), spentMicroUsd: 950 }, model, context)
  assert.deepEqual({ first, second }, {
    first: [{ kind: 'budget.alerted', percent: 80, spentMicroUsd: 850 }], second: [{ kind: 'budget.alerted', percent: 90, spentMicroUsd: 950 }],
  })
})
