import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ResourceLimits } from '@codeforge/contracts/policy-profile'
import fc from 'fast-check'
import { capLimits, limitsOf, mergeLimits } from './resource-limits.ts'

const names = ['memoryMb', 'pids', 'diskMb', 'commandSeconds', 'cpuSeconds', 'outputBytes'] as const
const limits: fc.Arbitrary<ResourceLimits> = fc.record(Object.fromEntries(names.map((name) => [name, fc.integer({ min: 1024, max: 9999 })])), { requiredKeys: [], noNullPrototype: true })
const none: ResourceLimits = {}
const lower = (one: number | undefined, other: number | undefined): boolean => (one ?? Infinity) <= (other ?? Infinity)

test('the properties speak of every limit that there is', () => {
  assert.deepEqual([...names].sort(), Object.keys(ResourceLimits.shape).sort())
})

test('what the nearer source says holds, what it does not say the farther one does', () => {
  assert.deepEqual(mergeLimits({ memoryMb: 512, pids: 64 }, { memoryMb: 4096 }), { memoryMb: 4096, pids: 64 })
})

test('a cap lowers what is above it and limits what nobody limited', () => {
  assert.deepEqual(capLimits({ memoryMb: 4096, pids: 64 }, { memoryMb: 1024, pids: 512, diskMb: 100 }), { memoryMb: 1024, pids: 64, diskMb: 100 })
})

test('merging knows a neutral source, is associative, and says the same when it is repeated', () => {
  fc.assert(fc.property(limits, limits, limits, (a, b, c) => {
    assert.deepEqual([mergeLimits(a, none), mergeLimits(none, a), mergeLimits(a, a)], [a, a, a])
    assert.deepEqual(mergeLimits(mergeLimits(a, b), c), mergeLimits(a, mergeLimits(b, c)))
  }))
})

test('capping knows no order and never raises a limit, neither that of the cap', () => {
  fc.assert(fc.property(limits, limits, limits, (a, b, c) => {
    assert.deepEqual(capLimits(a, none), a)
    assert.deepEqual(capLimits(a, b), capLimits(b, a))
    assert.deepEqual(capLimits(capLimits(a, b), c), capLimits(a, capLimits(b, c)))
    const capped = capLimits(a, b)
    for (const name of names) assert.ok(lower(capped[name], a[name]) && lower(capped[name], b[name]))
  }))
})

test('whatever a profile says, a run stays below the operator\'s cap, and what comes out is valid', () => {
  fc.assert(fc.property(limits, limits, limits, (profile, unlessSaid, most) => {
    const result = limitsOf(profile, { unlessSaid, most })
    for (const name of names) assert.ok(lower(result[name], most[name]))
    assert.deepEqual(ResourceLimits.parse(result), result)
  }))
})
