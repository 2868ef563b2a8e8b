import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeIdsContract } from './ids.ts'
import { sequentialIds } from './sequential-ids.ts'

describeIdsContract('sequential', async () => sequentialIds())

test('two sources give the same ids', () => {
  const [one, other] = [sequentialIds(), sequentialIds()]
  assert.deepEqual([one.next(), one.next()], [other.next(), other.next()])
})
