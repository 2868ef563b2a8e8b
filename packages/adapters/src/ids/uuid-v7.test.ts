import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeIdsContract } from '@codeforge/ports/testing/ids'
import { uuidV7Ids } from './uuid-v7.ts'

describeIdsContract('uuid-v7', () => uuidV7Ids.open({}))

test('grows even where the clock is set back', async (context) => {
  await using ids = await uuidV7Ids.open({})
  const before = ids.next()
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() - 3_600_000 })
  assert.ok(ids.next() > before)
})

test('grows with every id of one millisecond, and two sources never give the same', async (context) => {
  await using ids = await uuidV7Ids.open({})
  await using others = await uuidV7Ids.open({})
  context.mock.timers.enable({ apis: ['Date'], now: 1_795_000_000_000 })
  const made = Array.from({ length: 5000 }, () => ids.next())
  assert.deepEqual(made, [...made].sort())
  assert.ok(made.every((id) => /^01a1ee56-5e00-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)), made[0])
  assert.equal(new Set([...made, ...Array.from({ length: 5000 }, () => others.next())]).size, 10_000)
})
