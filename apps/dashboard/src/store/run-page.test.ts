import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RunEvent, RunEventData } from '@codeforge/contracts/event'
import type { Run } from '@codeforge/contracts/run'
import { emptyRunPage, foldRunPage } from './run-page.ts'
import type { RunPageInput } from './run-page.ts'

const at = '2026-01-01T00:00:00.000Z'
const completed = {
  kind: 'model.completed', turn: 1, model: 'm', text: 'Done.', toolCalls: [], finish: 'stop', costMicroUsd: 5, costSource: 'header', durationMs: 1,
  firstTokenMs: null, holdId: 'h', usage: { promptTokens: 1, cachedPromptTokens: 0, completionTokens: 2, reasoningTokens: 0 },
} as unknown as RunEventData

function event(sequence: number, data: unknown): RunPageInput {
  const typed = data as RunEventData
  return { kind: 'event', event: { sequence, at, kind: typed.kind, data: typed, attempt: 1 } as RunEvent }
}
const live = (turn: number, text: string): RunPageInput => ({ kind: 'live', message: { kind: 'model.delta', runId: 'r', turn, text } })
function loaded(sequence: number): RunPageInput {
  return { kind: 'loaded', run: { sequence, status: 'running', costMicroUsd: 0, turns: 0, toolCalls: 0, gates: [], usage: { promptTokens: 0, cachedPromptTokens: 0, completionTokens: 0, reasoningTokens: 0 } } as unknown as Run }
}

describe('the page of a run', () => {
  test('brings the loaded projection up to the events, whichever comes first', () => {
    const events = [event(1, { kind: 'run.started' }), event(2, completed)]
    const eventsFirst = foldRunPage(emptyRunPage, [...events, loaded(1)])
    const loadedFirst = foldRunPage(emptyRunPage, [loaded(1), ...events])
    assert.deepEqual(eventsFirst, loadedFirst)
    assert.deepEqual([eventsFirst.run?.costMicroUsd, eventsFirst.run?.turns, eventsFirst.sequence], [5, 1, 2])
  })

  test('is the same however the events are batched, and when some come again', () => {
    const events = [event(1, { kind: 'run.started' }), event(2, completed), event(3, { kind: 'run.checking' })]
    const together = foldRunPage(emptyRunPage, [loaded(0), ...events])
    const apart = [loaded(0), ...events, ...events].reduce((page, input) => foldRunPage(page, [input]), emptyRunPage)
    assert.deepEqual(apart, together)
  })

  test('shows what the model is writing until the turn is recorded', () => {
    const writing = foldRunPage(emptyRunPage, [live(1, 'Do'), live(1, 'ne.')])
    assert.deepEqual(writing.draft, { turn: 1, text: 'Done.' })
    assert.equal(foldRunPage(writing, [event(1, completed)]).draft, null)
  })

  test('begins a new draft with each turn', () => {
    assert.deepEqual(foldRunPage(emptyRunPage, [live(1, 'old'), live(2, 'new')]).draft, { turn: 2, text: 'new' })
  })

  test('folds thousands of events quickly', () => {
    const inputs = Array.from({ length: 2000 }, (_, index) => event(index + 1, { ...completed, turn: index + 1 }))
    const start = performance.now()
    const page = foldRunPage(emptyRunPage, [loaded(0), ...inputs])
    assert.equal(page.conversation.items.length, 2000)
    assert.ok(performance.now() - start < 2000)
  })
})
