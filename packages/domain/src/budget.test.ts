import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { budgetScopes, costOf, decideHold, grantSlice, settle, sliceFor, worstCase, type Amount, type BudgetScope } from './budget.ts'

const price = { prompt: 3_000_000, cachedPrompt: 300_000, completion: 15_000_000 }

test('the worst case is an uncached prompt and the longest reply, rounded up', () => {
  assert.deepEqual(worstCase({ promptTokens: 1, maxOutputTokens: 0 }, { prompt: 1, completion: 1 }), { microUsd: 1, tokens: 1 })
  assert.deepEqual(worstCase({ promptTokens: 1000, maxOutputTokens: 100 }, price), { microUsd: 4500, tokens: 1100 })
})

test('where writing the cache costs more than a prompt, the worst case counts that', () => {
  assert.deepEqual(worstCase({ promptTokens: 1000, maxOutputTokens: 0 }, { prompt: 1_000_000, cachedPrompt: 1_250_000, completion: 0 }), { microUsd: 1250, tokens: 1000 })
})

test('a model without a price is counted in tokens', () => {
  assert.deepEqual(worstCase({ promptTokens: 10, maxOutputTokens: 5 }, null), { microUsd: 0, tokens: 15 })
})

test('cached tokens are part of the prompt and paid once', () => {
  const usage = { promptTokens: 1000, cachedPromptTokens: 900, completionTokens: 10, reasoningTokens: 4 }
  assert.deepEqual(costOf(usage, price), { microUsd: 100 * 3 + 270 + 150, tokens: 1010 })
})

test('a slice is two worst-case calls', () => {
  assert.deepEqual(sliceFor({ microUsd: 5, tokens: 7 }), { microUsd: 10, tokens: 14 })
})

test('a hold that fits is taken out of the slice', () => {
  assert.deepEqual(decideHold({ microUsd: 10, tokens: 0 }, { microUsd: 4, tokens: 99 }, true), { kind: 'held', held: { microUsd: 4, tokens: 99 }, left: { microUsd: 6, tokens: 0 } })
})

test('a hold that does not fit says how much is missing', () => {
  assert.deepEqual(decideHold({ microUsd: 1, tokens: 5 }, { microUsd: 4, tokens: 9 }, true), { kind: 'short', missing: { microUsd: 3, tokens: 0 } })
  assert.deepEqual(decideHold({ microUsd: 1, tokens: 5 }, { microUsd: 0, tokens: 9 }, false), { kind: 'short', missing: { microUsd: 0, tokens: 4 } })
})

test('a call whose outcome is unknown costs its hold', () => {
  assert.deepEqual(settle({ microUsd: 6, tokens: 6 }, { microUsd: 4, tokens: 4 }, null), { slice: { microUsd: 6, tokens: 6 }, overrun: { microUsd: 0, tokens: 0 } })
})

test('what a call costs above its hold is an overrun', () => {
  assert.deepEqual(settle({ microUsd: 6, tokens: 6 }, { microUsd: 4, tokens: 4 }, { microUsd: 5, tokens: 3 }), { slice: { microUsd: 5, tokens: 7 }, overrun: { microUsd: 1, tokens: 0 } })
})

const amounts: fc.Arbitrary<Amount> = fc.record({ microUsd: fc.nat(10_000), tokens: fc.nat(10_000) }, { noNullPrototype: true })

test('no money appears or vanishes while calls cost no more than their holds', () => {
  fc.assert(fc.property(amounts, fc.array(fc.tuple(fc.nat(500), fc.integer({ min: 0, max: 100 }))), (first, calls) => {
    let slice = first
    let spent = 0
    for (const [worst, percent] of calls) {
      const decision = decideHold(slice, { microUsd: worst, tokens: 0 }, true)
      if (decision.kind === 'short') continue
      const cost = Math.floor((worst * percent) / 100)
      slice = settle(decision.left, decision.held, { microUsd: cost, tokens: 0 }).slice
      spent += cost
    }
    assert.deepEqual(slice, { microUsd: first.microUsd - spent, tokens: first.tokens })
  }))
})

test('real cost never exceeds the worst case of the same call', () => {
  const calls = fc.record({ prompt: fc.nat(100_000), cachedShare: fc.integer({ min: 0, max: 100 }), output: fc.nat(8000), room: fc.nat(8000) })
  fc.assert(fc.property(calls, ({ prompt, cachedShare, output, room }) => {
    const usage = { promptTokens: prompt, cachedPromptTokens: Math.floor((prompt * cachedShare) / 100), completionTokens: output, reasoningTokens: 0 }
    assert.ok(costOf(usage, price).microUsd <= worstCase({ promptTokens: prompt, maxOutputTokens: output + room }, price).microUsd)
  }))
})

const run: BudgetScope = { kind: 'run', key: 'r', limit: { microUsd: 100, tokens: 1000 } }
const project: BudgetScope = { kind: 'project-day', key: 'p/2026-01-02', limit: { microUsd: 50_000_000, tokens: Number.MAX_SAFE_INTEGER } }

test('a day of a scope is a day of UTC, and a scope without a limit does not count', () => {
  const scopes = budgetScopes({
    runId: 'r', projectId: 'p', tenant: 't', now: new Date('2026-01-02T23:59:59.999Z'), runLimit: run.limit, projectDayMicroUsd: 50_000_000, tenantDayMicroUsd: null,
  })
  assert.deepEqual(scopes, [run, project])
})

test('the tightest scope bounds what is granted', () => {
  const uses = [{ scope: run, used: { microUsd: 70, tokens: 0 } }, { scope: project, used: { microUsd: 0, tokens: 0 } }]
  assert.deepEqual(grantSlice({ microUsd: 10, tokens: 1 }, { microUsd: 60, tokens: 2 }, uses, true), { kind: 'granted', amount: { microUsd: 30, tokens: 2 } })
})

test('a scope with too little refuses and says how much of what is used', () => {
  const uses = [{ scope: run, used: { microUsd: 0, tokens: 0 } }, { scope: project, used: { microUsd: 49_999_990, tokens: 0 } }]
  assert.deepEqual(grantSlice({ microUsd: 20, tokens: 0 }, { microUsd: 40, tokens: 0 }, uses, true), {
    kind: 'refused', scope: 'project-day', reason: 'The project today has used or set aside $50.0000 of $50.0000; the next call may cost $0.0000.',
  })
})
