// Plays random lives of a run; used by the tests of decisions and of views, and no test of its own.
import assert from 'node:assert/strict'
import type { RunEvent, RunEventData } from '@codeforge/contracts/event'
import type { Fact } from '@codeforge/contracts/fact'
import { defaultTenant, EventId, HoldId, ProjectId, QuestionId, RunId, WorkerId } from '@codeforge/contracts/ids'
import { noUsage } from '@codeforge/contracts/money'
import type { Run } from '@codeforge/contracts/run'
import type { QuestionDraft } from '@codeforge/contracts/question'
import fc from 'fast-check'
import { evolveRun } from '../run-evolve.ts'
import { decideCommand, decideFact, queuedRun, type RunCommand, type RunState } from '../run.ts'

const uuid = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`
export const worker = WorkerId.parse(uuid(2))
export const questionId = (number: number) => QuestionId.parse(uuid(number))
const holdId = HoldId.parse(uuid(3))
const stat = { files: 1, insertions: 1, deletions: 0 }

/** A gate's evidence for a tree. */
export const receipt = (tree: string, passed: boolean) => ({
  gate: 'tests', command: 'npm test', passed, reason: '', exitCode: passed ? 0 : 1, durationMs: 1, tree, output: null, counts: null, baseline: null, definitionChanges: [],
})
/** A question about a tool call. */
export const draft: QuestionDraft = {
  topic: 'toolcall', subject: 'call', title: 'May it?', detail: '', options: [{ id: 'yes', label: 'Yes' }, { id: 'no', label: 'No' }], fallback: 'no', deadlineSeconds: 60,
}

/** One move of a random life: what somebody wants, what a worker saw, or what becomes of one of the open questions. */
export type Step = { readonly command: RunCommand } | { readonly fact: Fact } | { readonly settle: 'answer' | 'expire'; readonly index: number }

const work = (result: Extract<Fact, { kind: 'work.ended' }>['result']): Step => ({ fact: { kind: 'work.ended', result } })
const trees = fc.constantFrom('tree-a', 'tree-b')
const calls = [{ id: 'one', tool: 'read_file', args: { path: 'a' } }, { id: 'two', tool: 'shell', args: { command: 'ls' } }]
const verdict = { decision: 'allow' as const, ruleId: 'r', reason: 'Allowed.', layers: [], unattended: false }

const working: fc.Arbitrary<Step> = fc.oneof(
  trees.map((tree): Fact => ({ kind: 'checkpoint.created', checkpoint: tree, tree, label: '', stat, bundle: null })),
  trees.map((tree): Fact => ({ kind: 'checkpoint.restored', checkpoint: tree, tree, reason: 'a gate failed', undone: null, stat: null })),
  trees.map((tree): Fact => ({ kind: 'gate.passed', receipt: receipt(tree, true), baseline: false })),
  trees.map((tree): Fact => ({ kind: 'gate.failed', receipt: receipt(tree, false), baseline: false })),
  fc.boolean().map((baseline): Fact => ({ kind: 'gate.started', gate: 'tests', command: 'npm test', baseline })),
  trees.map((tree): Fact => ({ kind: 'delivery.started', mode: 'branch', tree })),
  trees.map((tree): Fact => ({ kind: 'delivery.completed', mode: 'branch', tree, branch: 'b', commit: 'c', patch: null, stat })),
  fc.integer({ min: 1, max: 3 }).map((turn): Fact => ({ kind: 'model.requested', turn, model: 'm', promptTokens: 5, holdId, heldMicroUsd: 200 })),
  fc.integer({ min: 1, max: 3 }).map((turn): Fact => ({
    kind: 'model.completed', turn, model: 'm', text: 'so', toolCalls: calls, finish: 'tool-calls', usage: { ...noUsage, promptTokens: 5 }, costMicroUsd: 100,
    costSource: 'header', durationMs: 1, firstTokenMs: 1, holdId,
  })),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(...calls)).map(([turn, call]): Fact => ({ kind: 'toolcall.allowed', turn, call, verdict })),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(...calls)).map(([turn, { id, tool }]): Fact => ({
    kind: 'toolcall.completed', turn, callId: id, tool, ok: true, observation: 'seen', output: null, exitCode: 0, durationMs: 1, changedFiles: [],
  })),
).map((fact) => ({ fact }))

const command = (kind: 'pause' | 'resume'): Step => ({ command: { kind } })
const start: Step = { command: { kind: 'start-attempt', workerId: worker } }

// Endings are rare, so that most lives see several attempts, pauses and questions before they end.
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: fc.constant(start) },
  { weight: 25, arbitrary: working },
  { weight: 12, arbitrary: fc.constant(command('pause')) },
  { weight: 14, arbitrary: fc.constant(command('resume')) },
  { weight: 10, arbitrary: fc.constantFrom(work({ kind: 'asked', questions: [draft] }), work({ kind: 'asked', questions: [draft, { ...draft, subject: 'other' }] })) },
  { weight: 10, arbitrary: fc.record({ settle: fc.constantFrom('answer' as const, 'expire' as const), index: fc.nat(2) }) },
  { weight: 8, arbitrary: fc.constantFrom(work({ kind: 'paused' }), work({ kind: 'handed-over' })) },
  { weight: 1, arbitrary: fc.constant<Step>({ command: { kind: 'lose-attempt', reason: 'gone' } }) },
  { weight: 2, arbitrary: fc.constantFrom<Step>(
    work({ kind: 'finished', summary: 'done' }), work({ kind: 'cancelled' }), work({ kind: 'failed', outcome: 'timeout', code: 'timeout', message: 'late' }),
    { command: { kind: 'cancel', reason: 'enough' } }, { command: { kind: 'fail', outcome: 'infrastructure', code: 'internal', message: 'x' } },
  ) },
)
/** Random lives of a run. */
export const lives: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 20, maxLength: 120, size: 'max' })

/** A run that has only been queued. */
export const queued = queuedRun({ deliver: 'branch', gates: ['tests'], maxCostMicroUsd: 1000 })

/** Its entry in the list. */
export const listed: Run = {
  id: RunId.parse(uuid(1)), projectId: ProjectId.parse(uuid(4)), taskId: null, tenant: defaultTenant, prompt: 'p', mode: 'coder', policy: 'safe', model: 'm', scripted: false,
  status: 'queued', outcome: null, failure: null, summary: null, attended: true, deliver: 'branch', branch: 'b', delivery: null, kept: null, gates: [], sandbox: null, turns: 0, toolCalls: 0,
  usage: noUsage, costMicroUsd: 0, maxCostMicroUsd: 1000, attempt: 0, priority: 0, retryOf: null, openQuestions: 0, createdBy: 'me', createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null, endedAt: null, sequence: 0, version: 1,
}

/** Event data as it is recorded. */
export function recorded(data: RunEventData, sequence: number, attempt: number | null = null): RunEvent {
  const at = new Date(sequence * 1000).toISOString()
  return {
    id: EventId.parse(uuid(1000 + sequence)), version: 1, stream: `run.${uuid(1)}`, sequence, position: sequence, tenant: defaultTenant, actor: 'a', attempt,
    requestId: null, at, kind: data.kind, data,
  }
}

type Check = (before: RunState, after: RunState, event: RunEventData) => void

/** Plays a life as core does: what a worker saw is recorded only while it holds the run, before what follows from it. */
export function play(life: readonly Step[], check: Check = () => {}): { state: RunState; log: RunEventData[]; states: RunState[] } {
  let state = queued
  let questions = 0
  let pauseWanted = false
  const log: RunEventData[] = []
  const states: RunState[] = []
  const apply = (event: RunEventData) => {
    const before = state
    state = evolveRun(state, event)
    log.push(event)
    if (event.kind === 'run.pause-requested') pauseWanted = true
    check(before, state, event)
  }
  for (const move of life) {
    if ('command' in move && move.command.kind === 'resume') pauseWanted = false
    if ('fact' in move) {
      if (!state.attemptLive) continue
      apply(move.fact)
      decideFact(state, move.fact, { now: new Date(0), nextQuestionId: () => questionId(++questions) }).forEach(apply)
    } else decideCommand(state, 'command' in move ? move.command : settling(state, move)).forEach(apply)
    assert.ok(!pauseWanted || state.status !== 'queued', 'only somebody who resumes takes a pause back')
    states.push(state)
  }
  return { state, log, states }
}

function settling(state: RunState, { settle, index }: Extract<Step, { settle: string }>): RunCommand {
  const id = state.questions[index]?.id ?? questionId(999)
  return settle === 'answer' ? { kind: 'answer-question', questionId: id, answer: 'yes', note: null } : { kind: 'expire-question', questionId: id }
}

/** What must hold of a run whenever nothing is half done. */
export function assertLegal(state: RunState): void {
  const held = ['running', 'checking', 'delivering'].includes(state.status)
  assert.equal(state.attemptLive, held, `attemptLive while ${state.status}`)
  assert.equal(state.status === 'waiting', state.questions.length > 0, `${state.questions.length} questions while ${state.status}`)
  assert.equal(state.status === 'ended', state.outcome !== null)
  if (state.status === 'queued') assert.equal(state.pauseRequested, false, 'a pause is forgotten')
  if (state.status === 'queued') assert.equal(state.cancelReason, null, 'a cancel is forgotten')
  if (state.outcome === 'succeeded') assert.deepEqual(state.gates.map((gate) => state.passed[gate]), state.gates.map(() => state.deliveredTree))
}
