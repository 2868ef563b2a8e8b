import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MicroUsd, Usage, microUsd, noUsage } from './money.ts'

test('dollars become whole micro-dollars, rounded up', () => {
  assert.deepEqual([0, 1, 0.000001, 0.0000011, 2.675, 0.1 + 0.2].map(microUsd), [0, 1_000_000, 1, 2, 2_675_000, 300_000])
})

test('what is held is never less than the cost, and never a micro-dollar too much', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), (dollars) => {
      const held = MicroUsd.parse(microUsd(dollars))
      assert.ok(held >= dollars * 1_000_000 - 1e-6 && held < dollars * 1_000_000 + 1)
    }),
  )
})

test('whole micro-dollars come back unchanged', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (amount) => microUsd(amount / 1_000_000) === amount))
})

test('money is never negative or broken', () => {
  for (const bad of [-1, 0.5, Number.NaN, Infinity, '1']) assert.equal(MicroUsd.safeParse(bad).success, false)
})

test('usage without details has none', () => {
  assert.deepEqual(Usage.parse({ promptTokens: 0, completionTokens: 0 }), noUsage)
})
