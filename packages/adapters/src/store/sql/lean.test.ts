import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lean, leanDocument, leanState, whole } from './lean.ts'

test('what is as in the plain document is left out, and comes back', () => {
  const usage = { promptTokens: 1, cachedPromptTokens: 0, completionTokens: 0, reasoningTokens: 0 }
  const document = { ...leanDocument, mode: 'coder', usage, gates: [{ name: 'test', status: 'pending' as const, reason: '' }] }
  const stored = lean(leanDocument, document)
  assert.deepEqual(stored, { mode: 'coder', usage, gates: document.gates })
  assert.deepEqual(whole(leanDocument, stored), document)
})

test('an emptied member and one that is null read back as they were', () => {
  const state = { ...leanState, status: 'running' as const, passed: { test: 't1' }, cancelReason: 'x' }
  assert.deepEqual(whole(leanState, lean(leanState, state)), state)
  assert.deepEqual(lean(leanState, { ...state, passed: {}, cancelReason: null }), { status: 'running' })
})

/** Rows that were written are read by these for ever. */
test('the plain documents are as they always were', () => {
  assert.deepEqual(leanDocument, {
    mode: '', policy: '', model: '', scripted: false, outcome: null, failure: null, summary: null, attended: false, deliver: 'none', branch: '', delivery: null, kept: null,
    gates: [], sandbox: null, turns: 0, toolCalls: 0, usage: { promptTokens: 0, cachedPromptTokens: 0, completionTokens: 0, reasoningTokens: 0 },
    costMicroUsd: 0, maxCostMicroUsd: 0, priority: 0, retryOf: null, openQuestions: 0, startedAt: null, sequence: 0,
  })
  assert.deepEqual(leanState, {
    status: 'queued', outcome: null, deliver: 'none', gates: [], attempt: 0, attemptLive: false, lostAttempts: 0, everStarted: false, pauseRequested: false,
    cancelReason: null, questions: [], tree: null, passed: {}, deliveredTree: null, spentMicroUsd: 0, maxCostMicroUsd: 0, alerts: [],
  })
})
