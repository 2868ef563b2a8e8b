import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { canRetry, storeError } from './errors.ts'

function thrown(code: string, message = 'said so'): Error {
  return Object.assign(new Error(message), { code })
}

const codeOf = (error: unknown) => error instanceof CodeForgeError ? error.code : null

test('what a user can act on has a code of the catalogue', () => {
  const states = ['53100', 'ENOSPC', '53300', '57P01', '57P03', '08006', 'ECONNREFUSED', 'ENOENT', '23505', '23503']
  assert.deepEqual(states.map((state) => codeOf(storeError(thrown(state)))), [
    'disk-full', 'disk-full', 'store-unavailable', 'store-unavailable', 'store-unavailable', 'store-unavailable', 'store-unavailable', 'store-unavailable',
    'conflict', 'not-found',
  ])
})

test('a full disk that is told without a class of its own is a full disk', () => {
  const error = storeError(thrown('58030', 'could not extend file "base/5/16402": No space left on device'))
  assert.equal(codeOf(error), 'disk-full')
})

test('a lost connection is told by its message where the driver gives no code', () => {
  assert.equal(codeOf(storeError(new Error('Connection terminated unexpectedly'))), 'store-unavailable')
  assert.equal(codeOf(storeError(new Error('timeout exceeded when trying to connect'))), 'store-unavailable')
})

test('a fault of ours stays what it is', () => {
  const fault = thrown('42601', 'syntax error')
  const known = new CodeForgeError('stale-version', 'moved on')
  assert.deepEqual([storeError(fault), storeError(known), storeError('text')], [fault, known, 'text'])
})

test('only what another transaction caused is done again', () => {
  assert.deepEqual(['40001', '40P01', '23505', '57P01'].map((state) => canRetry(thrown(state))), [true, true, false, false])
})
