import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunEvent, RunEventData } from '@codeforge/contracts/event'
import fc from 'fast-check'
import { draft, listed, lives, play, questionId, receipt, recorded, worker } from '../testing/run-play.ts'
import { foldConversation, noConversation } from './conversation.ts'
import { foldProgress, noProgress, progressOf } from './progress.ts'
import { projectRun } from './run-projection.ts'
import { foldTerminal, foldTerminalDelta, liveLimit, noTerminal } from './terminal.ts'
import { foldTimeline, noTimeline } from './timeline.ts'

const histories = lives.map((life) => play(life).log.map((data, index) => recorded(data, index + 1, 'kind' in data && data.kind.startsWith('toolcall.') ? 1 : null)))
const log = (...data: RunEventData[]): RunEvent[] => data.map((event, index) => recorded(event, index + 1, 1))

const views: readonly { readonly name: string; readonly fold: (events: readonly RunEvent[], again?: readonly RunEvent[]) => unknown }[] = [
  { name: 'conversation', fold: (events, again = []) => again.reduce(foldConversation, events.reduce(foldConversation, noConversation)) },
  { name: 'terminal', fold: (events, again = []) => again.reduce(foldTerminal, events.reduce(foldTerminal, noTerminal)) },
  { name: 'timeline', fold: (events, again = []) => again.reduce(foldTimeline, events.reduce(foldTimeline, noTimeline)) },
  { name: 'progress', fold: (events, again = []) => again.reduce(foldProgress, events.reduce(foldProgress, noProgress)) },
  {
    name: 'list entry',
    fold: (events, again = []) => [...events, ...again].reduce((run, event) => projectRun(run, event.data, event), listed),
  },
]

for (const { name, fold } of views) {
  test(`the ${name} takes an event once, however often it comes`, () => {
    fc.assert(fc.property(histories, fc.nat(), (events, from) => {
      assert.deepEqual(fold(events, events.slice(from % (events.length + 1))), fold(events))
    }), { numRuns: 200 })
  })

  test(`the ${name} of a page that reconnects is that of one which was there all the time`, () => {
    fc.assert(fc.property(histories, fc.nat(), (events, cut) => {
      const at = cut % (events.length + 1)
      assert.deepEqual(fold(events.slice(0, at), events.slice(Math.max(0, at - 3))), fold(events))
    }), { numRuns: 200 })
  })

  test(`the ${name} survives being kept as JSON`, () => {
    fc.assert(fc.property(histories, (events) => {
      const view = fold(events)
      assert.deepEqual(JSON.parse(JSON.stringify(view)), view)
    }), { numRuns: 50 })
  })
}

const call = { id: 'c1', tool: 'shell', args: { command: 'npm test' } }
const verdict = { decision: 'allow' as const, ruleId: 'r', reason: 'Allowed.', layers: [], unattended: false }
const usage = { promptTokens: 10, cachedPromptTokens: 4, completionTokens: 2, reasoningTokens: 1 }
const holdId = recorded({ kind: 'run.started' }, 1).id as never
const asked: RunEventData = { kind: 'conversation.started', system: 'rules', user: 'task', tools: ['shell'] }
const requested: RunEventData = { kind: 'model.requested', turn: 1, model: 'm', promptTokens: 10, holdId, heldMicroUsd: 9 }
const replied: RunEventData = {
  kind: 'model.completed', turn: 1, model: 'm', text: 'I test.', toolCalls: [call], finish: 'tool-calls', usage, costMicroUsd: 7, costSource: 'header', durationMs: 20, firstTokenMs: 5, holdId,
}
const allowed: RunEventData = { kind: 'toolcall.allowed', turn: 1, call, verdict }
const completed: RunEventData = { kind: 'toolcall.completed', turn: 1, callId: 'c1', tool: 'shell', ok: true, observation: '3 passed', output: null, exitCode: 0, durationMs: 30, changedFiles: [] }
const at = (sequence: number) => new Date(sequence * 1000).toISOString()

test('a turn is shown with its calls and what became of them', () => {
  assert.deepEqual(log(asked, requested, replied, allowed, completed).reduce(foldConversation, noConversation), {
    sequence: 5,
    items: [
      { kind: 'system', text: 'rules', at: at(1) },
      { kind: 'user', text: 'task', at: at(1) },
      {
        kind: 'turn', turn: 1, status: 'done', model: 'm', text: 'I test.', reasoning: null, usage, costMicroUsd: 7, durationMs: 20, problem: null, at: at(2),
        calls: [{ call, status: 'succeeded', verdict, observation: '3 passed', output: null, exitCode: 0, durationMs: 30, changedFiles: [] }],
      },
    ],
  })
})

test('a try that failed stays in the turn\'s price and leaves no problem once it succeeds', () => {
  const failed: RunEventData = { kind: 'model.failed', turn: 1, model: 'm', code: 'llm-overloaded', message: 'busy', willRetry: true, costMicroUsd: 5, holdId }
  const turn = log(requested, failed, replied).reduce(foldConversation, noConversation).items[0]
  assert.ok(turn?.kind === 'turn')
  assert.deepEqual({ status: turn.status, cost: turn.costMicroUsd, problem: turn.problem }, { status: 'done', cost: 12, problem: null })
})

test('what a tool spent on a model counts for its turn and its run, and is no turn', () => {
  const spent: RunEventData = { kind: 'toolcall.spent', turn: 1, callId: 'c1', model: 'helper', usage, costMicroUsd: 3, costSource: 'price-table', holdId }
  const turn = log(requested, replied, allowed, spent, completed).reduce(foldConversation, noConversation).items[0]
  assert.ok(turn?.kind === 'turn')
  assert.deepEqual([turn.model, turn.costMicroUsd, turn.calls[0]?.status], ['m', 10, 'succeeded'])
  const progress = progressOf(log(requested, replied, allowed, spent, completed).reduce(foldProgress, noProgress))
  assert.deepEqual([progress.turns, progress.spentMicroUsd, progress.usage.promptTokens], [1, 10, 20])
})

test('a command runs in the terminal with its live output until its end is recorded', () => {
  const running = foldTerminalDelta(log(requested, replied, allowed).reduce(foldTerminal, noTerminal), { kind: 'terminal.delta', runId: 'r', callId: 'c1', text: '1 passed' })
  const ended = foldTerminal(running, recorded(completed, 4))
  const entry = { key: '1/c1', source: 'shell', title: 'npm test', output: null, at: at(3) }
  assert.deepEqual([running.entries, ended.entries], [
    [{ ...entry, status: 'running', text: '', live: '1 passed', exitCode: null, durationMs: null }],
    [{ ...entry, status: 'succeeded', text: '3 passed', live: '', exitCode: 0, durationMs: 30 }],
  ])
})

test('live output of a page is bounded', () => {
  const running = log(requested, replied, allowed).reduce(foldTerminal, noTerminal)
  const flooded = Array.from({ length: 3 }, () => 'x'.repeat(liveLimit)).reduce((view, text) => foldTerminalDelta(view, { kind: 'terminal.delta', runId: 'r', callId: 'c1', text }), running)
  assert.equal(flooded.entries[0]?.live.length, liveLimit)
})

test('a gate is one line of the timeline from its start to its receipt', () => {
  const passed = receipt('tree-a', true)
  const events = log({ kind: 'gate.started', gate: 'tests', command: 'npm test', baseline: false }, { kind: 'gate.passed', receipt: passed, baseline: false })
  assert.deepEqual(events.reduce(foldTimeline, noTimeline), {
    sequence: 2, items: [{ at: at(1), sequence: 1, kind: 'gate', gate: 'tests', command: 'npm test', baseline: false, receipt: passed }],
  })
})

test('a question is one line of the timeline from asking to its answer', () => {
  const events = log(
    { kind: 'question.asked', questionId: questionId(1), draft, deadlineAt: at(60) }, { kind: 'question.answered', questionId: questionId(1), subject: 'call', answer: 'yes', note: null },
  )
  assert.deepEqual(events.reduce(foldTimeline, noTimeline).items, [{ at: at(1), sequence: 1, kind: 'question', questionId: questionId(1), draft, status: 'answered', answer: 'yes' }])
})

test('a worker that continues is told the conversation with what is still to do', () => {
  const second = { ...call, id: 'c2' }
  const events = log({ kind: 'attempt.started', attempt: 1, workerId: worker }, asked, { ...replied, toolCalls: [call, second] }, completed)
  const { conversation, pendingCalls, turns, spentMicroUsd, stage } = progressOf(events.reduce(foldProgress, noProgress))
  assert.deepEqual({ conversation, pendingCalls, turns, spentMicroUsd, stage }, {
    stage: 'working', turns: 1, spentMicroUsd: 7, pendingCalls: [second],
    conversation: [
      { role: 'system', text: 'rules' }, { role: 'user', text: 'task' }, { role: 'assistant', text: 'I test.', toolCalls: [call, second] },
      { role: 'tool', callId: 'c1', tool: 'shell', ok: true, text: '3 passed' },
    ],
  })
})

test('results stand in the order of their calls, whichever came first', () => {
  const second = { ...call, id: 'c2' }
  const events = log(asked, { ...replied, toolCalls: [call, second] }, { ...completed, callId: 'c2' }, completed)
  const { conversation, progress } = events.reduce(foldProgress, noProgress)
  const ids = conversation.flatMap((message) => (message.role === 'tool' ? [message.callId] : []))
  assert.deepEqual({ ids, pendingCalls: progress.pendingCalls }, { ids: ['c1', 'c2'], pendingCalls: [] })
})

test('an answer to an earlier call is not taken for one to a new call of the same name', () => {
  const answer: RunEventData = { kind: 'question.answered', questionId: questionId(1), subject: 'c1', answer: 'allow', note: null }
  const events = log(asked, replied, answer, completed, { ...replied, turn: 2 })
  assert.deepEqual(progressOf(events.reduce(foldProgress, noProgress)).answers, {})
})

test('time at work is counted from claim to the last thing that a lost worker reported', () => {
  const events = [
    recorded({ kind: 'attempt.started', attempt: 1, workerId: worker }, 1), recorded(asked, 5, 1), recorded({ kind: 'attempt.lost', attempt: 1, reason: 'gone' }, 60),
  ]
  assert.equal(progressOf(events.reduce(foldProgress, noProgress)).workedMs, 4000)
})

test('going back to a checkpoint makes it the one to continue from', () => {
  const stat = { files: 0, insertions: 0, deletions: 0 }
  const made = (checkpoint: string): RunEventData => ({ kind: 'checkpoint.created', checkpoint, tree: `tree-${checkpoint}`, label: '', stat, bundle: null })
  const { firstCheckpoint, lastCheckpoint } = progressOf(log(made('0'), made('1'), { kind: 'checkpoint.restored', checkpoint: '0', tree: 'tree-0', reason: 'rewind', undone: null, stat: null }).reduce(foldProgress, noProgress))
  assert.deepEqual({ firstCheckpoint, lastCheckpoint }, { firstCheckpoint: '0', lastCheckpoint: '0' })
})
