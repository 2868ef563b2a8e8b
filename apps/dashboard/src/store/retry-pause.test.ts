import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '../api/api-error.ts'
import { isPassing, retryPause } from './retry-pause.ts'

const of = (status: number, code: string) => new ApiError(status, { code, message: '', help: '', requestId: null })

test('what may pass is asked again, what is refused for good is not', () => {
  assert.deepEqual([of(0, 'unreachable'), of(429, 'rate-limited'), of(503, 'unavailable'), of(504, 'timeout')].map(isPassing), [true, true, true, true])
  assert.deepEqual([of(404, 'not-found'), of(400, 'invalid-input'), of(401, 'unauthorized'), of(500, 'internal'), of(0, 'internal')].map(isPassing), [false, false, false, false, false])
})

test('the pause grows to a minute, heeds the server, and differs between tabs', () => {
  assert.deepEqual([0, 1, 2, 50].map((failures) => retryPause(failures, 0, 0)), [2000, 4000, 8000, 60_000])
  assert.equal(retryPause(0, 20_000, 0), 20_000)
  assert.deepEqual([retryPause(0, 0, 1), retryPause(0, 20_000, 1)], [2500, 25_000])
})
