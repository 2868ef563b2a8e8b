import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunEventData } from '@codeforge/contracts/event'
import type { Fact } from '@codeforge/contracts/fact'
import { QuestionId, WorkerId } from '@codeforge/contracts/ids'
import fc from 'fast-check'
import { evolveRun } from './run-evolve.ts'
import { decideCommand, decideFact, queuedRun, type RunCommand, type RunState } from './run.ts'

const worker = WorkerId.parse('00000000-0000-7000-8000-000000000002')
const questionId = (number: number) => QuestionId.parse(`00000000-0000-7000-8000-${String(number).padStart(12, '0')}`)
const stat = { files: 1, insertions: 1, deletions: 0 }
const receipt = (tree: string, passed: boolean) => ({
  gate: 'tests', command: 'npm test', passed, reason: '', exitCode: 0, durationMs: 1, tree, output: null, counts: null, baseline: null, definitionChanges: [],
})
const draft = { topic: 'toolcall' as const, subject: 'call', title: 'May it?', detail: '', options: [{ id: 'yes', label: 'Yes' }, { id: 'no', label: 'No' }], fallback: 'no', deadlineSeconds: 60 }

const trees = fc.constantFrom('tree-a', 'tree-b')
const facts: fc.Arbitrary<Fact> = fc.oneof(
  trees.map((tree): Fact => ({ kind: 'checkpoint.created', checkpoint: tree, tree, label: '', stat, bundle: null })),
  trees.map((tree): Fact => ({ kind: 'gate.passed', receipt: receipt(tree, true), baseline: false })),
  trees.map((tree): Fact => ({ kind: 'gate.failed', receipt: receipt(tree, false), baseline: false })),
  fc.boolean().map((baseline): Fact => ({ kind: 'gate.started', gate: 'tests', command: 'npm test', baseline })),
  trees.map((tree): Fact => ({ kind: 'delivery.started', mode: 'branch', tree })),
  trees.map((tree): Fact => ({ kind: 'delivery.completed', mode: 'branch', tree, branch: 'b', commit: 'c', patch: null, stat })),
  fc.constantFrom<Fact>(
    { kind: 'work.ended', result: { kind: 'finished', summary: 'done' } },
    { kind: 'work.ended', result: { kind: 'asked', questions: [draft] } },
    { kind: 'work.ended', result: { kind: 'asked', questions: [draft, { ...draft, subject: 'other' }] } },
    { kind: 'work.ended', result: { kind: 'paused' } },
    { kind: 'work.ended', result: { kind: 'cancelled' } },
    { kind: 'work.ended', result: { kind: 'handed-over' } },
    { kind: 'work.ended', result: { kind: 'failed', outcome: 'timeout', code: 'timeout', message: 'late' } },
  ),
)
const question = fc.integer({ min: 1, max: 4 }).map(questionId)
const commands: fc.Arbitrary<RunCommand> = fc.oneof(
  fc.constantFrom<RunCommand>(
    { kind: 'start-attempt', workerId: worker }, { kind: 'start-attempt', workerId: worker }, { kind: 'lose-attempt', reason: 'gone' },
    { kind: 'cancel', reason: 'enough' }, { kind: 'pause' }, { kind: 'resume' }, { kind: 'fail', outcome: 'infrastructure', code: 'internal', message: 'x' },
  ),
  question.map((id): RunCommand => ({ kind: 'answer-question', questionId: id, answer: 'yes', note: null })),
  question.map((id): RunCommand => ({ kind: 'expire-question', questionId: id })),
)
type Step = { readonly command: RunCommand } | { readonly fact: Fact }
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(commands.map((command) => ({ command })), facts.map((fact) => ({ fact }))), { maxLength: 60, size: 'max' })

const start = queuedRun({ deliver: 'branch', gates: ['tests'], maxCostMicroUsd: 1000 })

/** Plays steps as core does: facts only of a live attempt, recorded before what follows from them. */
function play(sequence: readonly Step[], check: (before: RunState, after: RunState, event: RunEventData) => void = () => {}): { state: RunState; log: RunEventData[] } {
  let state = start
  let questions = 0
  const log: RunEventData[] = []
  const apply = (event: RunEventData) => {
    const before = state
    state = evolveRun(state, event)
    log.push(event)
    check(before, state, event)
  }
  for (const step of sequence) {
    if ('command' in step) decideCommand(state, step.command).forEach(apply)
    else if (state.attemptLive) {
      apply(step.fact)
      decideFact(state, step.fact, { now: new Date(0), nextQuestionId: () => questionId(++questions) }).forEach(apply)
    }
    assertLegal(state)
  }
  return { state, log }
}

function assertLegal(state: RunState): void {
  const working = ['running', 'checking', 'delivering'].includes(state.status)
  assert.equal(state.attemptLive, working, `attemptLive while ${state.status}`)
  assert.equal(state.status === 'waiting', state.questions.length > 0, `${state.questions.length} questions while ${state.status}`)
  assert.equal(state.status === 'ended', state.outcome !== null)
  if (state.outcome === 'succeeded') assert.deepEqual(state.gates.map((gate) => state.passed[gate]), state.gates.map(() => state.deliveredTree))
}

test('no sequence of commands and facts reaches an illegal state', () => {
  fc.assert(fc.property(steps, (sequence) => { play(sequence) }), { numRuns: 2000 })
})

test('resuming a run that waits leaves its questions to be answered', () => {
  play([
    { command: { kind: 'start-attempt', workerId: worker } },
    { command: { kind: 'pause' } },
    { fact: { kind: 'work.ended', result: { kind: 'asked', questions: [draft] } } },
    { command: { kind: 'resume' } },
  ])
})

test('an ended run never changes and ends once', () => {
  fc.assert(fc.property(steps, (sequence) => {
    const { log } = play(sequence, (before, after) => { if (before.status === 'ended') assert.deepEqual(after, before) })
    const endings = log.filter(({ kind }) => kind === 'run.succeeded' || kind === 'run.failed' || kind === 'run.cancelled')
    assert.ok(endings.length <= 1)
  }), { numRuns: 1000 })
})

test('replaying a log gives the same state', () => {
  fc.assert(fc.property(steps, (sequence) => {
    const { state, log } = play(sequence)
    assert.deepEqual(log.reduce(evolveRun, start), state)
  }), { numRuns: 500 })
})
