import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Family } from './family.ts'
import { measure } from './measure.ts'

const scene = (pairs?: number) => {
  const order: string[] = []
  const family: Family = {
    name: 'letters',
    ...(pairs === undefined ? {} : { pairs }),
    rows: [{ name: 'speed', unit: 'ms', comparedWith: 'b', marks: [{ of: 'ratio', is: 'at most', value: 0.5 }] }],
    open: async () => ({
      ours: async () => ({ speed: order.push('a') * 0 + 1 }),
      baseline: async () => ({ speed: order.push('b') * 0 + 2 }),
      [Symbol.asyncDispose]: async () => { order.push('closed') },
    }),
  }
  return { family, order }
}

test('at least seven pairs after a warm-up, either side beginning in turns, and the subjects are closed', async () => {
  const { family, order } = scene(3)
  const [row] = await measure(family, () => undefined)
  assert.equal(order.join(''), 'ab' + 'abbaabbaabbaab' + 'closed')
  assert.deepEqual({ ours: row?.ours, baseline: row?.baseline, ratio: row?.ratio, met: row?.met, pairs: row?.pairs.length }, { ours: 1, baseline: 2, ratio: 0.5, met: true, pairs: 7 })
})
