import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TimelineItem } from '@codeforge/domain/view/timeline'
import { pendingRequest } from './pending-request.ts'

const statuses = (...list: string[]): TimelineItem[] => list.map((status, index) => ({ kind: 'status', status, detail: null, at: '', sequence: index + 1 }))

describe('what was asked of a run', () => {
  test('is pending until the worker has done it', () => {
    assert.equal(pendingRequest(statuses('started', 'pause-requested', 'checking')), 'pause')
    assert.equal(pendingRequest(statuses('started', 'cancel-requested')), 'cancel')
    assert.equal(pendingRequest(statuses('started', 'pause-requested', 'paused')), null)
  })
  test('is nothing once it was taken back, or was never asked', () => {
    assert.equal(pendingRequest(statuses('started', 'pause-requested', 'resumed')), null)
    assert.equal(pendingRequest(statuses('started')), null)
  })
})
