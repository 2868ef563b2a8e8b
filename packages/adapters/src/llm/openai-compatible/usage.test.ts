import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Usage } from '@codeforge/contracts/money'
import fc from 'fast-check'
import { costOf, usageOf } from './usage.ts'
import { WireUsage } from './wire-chunk.ts'

const figures = (wire: object) => Object.values(usageOf(WireUsage.parse(wire)) ?? {})

test('counts cached and reasoning tokens once, whether they are reported within or beside', () => {
  const within = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150, prompt_tokens_details: { cached_tokens: 80 }, completion_tokens_details: { reasoning_tokens: 30 } }
  const beside = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 150, completion_tokens_details: { reasoning_tokens: 30 } }
  const bothBeside = { prompt_tokens: 20, completion_tokens: 20, total_tokens: 150, cache_read_input_tokens: 80, completion_tokens_details: { reasoning_tokens: 30 } }
  assert.deepEqual([figures(within), figures(beside), figures(bothBeside)], [[100, 80, 50, 30], [100, 0, 50, 30], [100, 80, 50, 30]])
})

test('no figures at all are no usage', () => {
  assert.deepEqual([usageOf(null), usageOf(WireUsage.parse({})), usageOf(WireUsage.parse({ prompt_tokens: 0, completion_tokens: 0 }))], [null, null, null])
})

test('figures that no reply can have are none, and never more than can be stored', () => {
  const huge = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 1e308, prompt_cache_hit_tokens: 1e300, completion_tokens_details: { reasoning_tokens: 1e300 } }
  assert.deepEqual([figures({ prompt_tokens: 1e308, completion_tokens: 1 }), figures({ prompt_tokens: 1, completion_tokens: 1e15 }), figures(huge)], [[], [], [10, 10, 10, 10]])
})

test('whatever the figures, the parts fit into the whole', () => {
  const count = fc.option(fc.double({ min: -10, max: 1e6 }))
  const wire = fc.record({ prompt_tokens: count, completion_tokens: count, total_tokens: count, prompt_cache_hit_tokens: count, completion_tokens_details: fc.record({ reasoning_tokens: count }) })
  fc.assert(
    fc.property(wire, (value) => {
      const usage = usageOf(value)
      if (!usage) return
      Usage.parse(usage)
      assert.ok(usage.cachedPromptTokens <= usage.promptTokens && usage.reasoningTokens <= usage.completionTokens)
    }),
  )
})

test('takes the cost where it is told, rounded up to a micro-dollar', () => {
  const none = WireUsage.parse({})
  const told = WireUsage.parse({ cost: 0.0000011 })
  assert.deepEqual(
    [costOf(told, '5', true), costOf(none, '0.5', true), costOf(none, '0.0', true), costOf(none, '0.0', false), costOf(none, 'None', true), costOf(null, undefined, true), costOf(none, '-1', false)],
    [2, 500_000, null, 0, null, null, null],
  )
})
