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
