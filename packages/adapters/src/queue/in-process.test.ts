import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeQueueContract } from '@codeforge/ports/testing/queue'
import { inProcessQueue, openInProcessQueue } from './in-process.ts'

const limits = { leaseMs: 200, maxDeliveries: 4 }

describeQueueContract('in-process', async () => openInProcessQueue(limits), limits)

test('opens by its own limits when the configuration is empty', async () => {
  await using queue = await inProcessQueue.open({})
  assert.deepEqual(await queue.status(), { connected: true, pending: 0, inFlight: 0, deadLetters: 0, oldestAgeMs: null })
})
