import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Chance } from './chance.ts'
import { makePlan, stepKinds } from './plan.ts'

describe('the plan of a campaign', () => {
  test('is the same for the same seed, and another for the next', () => {
    assert.deepEqual(makePlan(7, 'fleet', 40), makePlan(7, 'fleet', 40))
    assert.notDeepEqual(makePlan(7, 'fleet', 40), makePlan(8, 'fleet', 40))
  })

  test('holds as many runs as asked for, with a fault for every fourth', () => {
    const { runs, faults } = makePlan(1, 'embedded', 40)
    assert.deepEqual([runs.length, faults.length], [40, 10])
  })

  test('does to an embedded host only what it has, and to a fleet everything in time', () => {
    const kinds = (column: 'embedded' | 'fleet') => new Set(Array.from({ length: 60 }, (_, seed) => makePlan(seed, column, 20).faults.map(({ fault }) => fault.kind)).flat())
    assert.deepEqual(kinds('embedded'), new Set(['kill-host', 'stop-host', 'kill-database']))
    assert.deepEqual(kinds('fleet'), new Set([
      'kill-worker', 'stop-worker', 'cut-worker', 'kill-core', 'stop-core', 'kill-queue', 'wipe-queue', 'kill-database', 'restart-database',
    ]))
  })

  test('strikes at every kind of step, at counts that are reached', () => {
    const plans = Array.from({ length: 40 }, (_, seed) => makePlan(seed, 'fleet', 20))
    const moments = plans.flatMap(({ faults }) => faults.map(({ at }) => at))
    assert.deepEqual(new Set(moments.map(({ of }) => of)), new Set(stepKinds))
    const most = plans.map(({ runs }) => runs.reduce((sum, { calls }) => sum + calls.length + 1, 0))
    assert.ok(plans.every(({ faults }, index) => faults.every(({ at }) => at.count >= 1 && at.count <= (most[index] ?? 0))))
  })
})

describe('chance', () => {
  test('reaches both bounds and nothing beyond', () => {
    const chance = new Chance(3)
    assert.deepEqual(new Set(Array.from({ length: 200 }, () => chance.integer(2, 4))), new Set([2, 3, 4]))
  })

  test('is even', () => {
    const chance = new Chance(11)
    const hits = Array.from({ length: 10_000 }, () => chance.happens(0.3)).filter(Boolean).length
    assert.ok(hits > 2800 && hits < 3200, String(hits))
  })
})
