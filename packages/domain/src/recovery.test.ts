import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCatalogue, type ErrorCode } from '@codeforge/contracts/error-code'
import fc from 'fast-check'
import { chooseRecovery, classifyError, defaultRetryLimits } from './recovery.ts'

const failure = (changes: Partial<Parameters<typeof chooseRecovery>[0]> = {}) => ({ code: 'llm-overloaded' as ErrorCode, tries: 1, retryAfterMs: null, ...changes })

test('an overloaded provider is tried again after half a second to a second', () => {
  assert.deepEqual([chooseRecovery(failure(), defaultRetryLimits, 0), chooseRecovery(failure(), defaultRetryLimits, 1)], [
    { kind: 'retry', errorClass: 'network', delayMs: 500 }, { kind: 'retry', errorClass: 'network', delayMs: 1000 },
  ])
})

test('each further try waits twice as long, up to the cap', () => {
  const delays = [1, 2, 3, 4].map((tries) => chooseRecovery(failure({ tries }), { ...defaultRetryLimits, capMs: 5000 }, 1))
  assert.deepEqual(delays.map((choice) => (choice.kind === 'retry' ? choice.delayMs : null)), [1000, 2000, 4000, 5000])
})

test('after the last try it gives up', () => {
  assert.deepEqual(chooseRecovery(failure({ tries: 5 }), defaultRetryLimits, 0), { kind: 'give-up', errorClass: 'network', reason: 'it failed 5 times' })
})

test('a wish to wait is honoured, one beyond the cap is not worth waiting for', () => {
  assert.deepEqual([chooseRecovery(failure({ retryAfterMs: 30_000 }), defaultRetryLimits, 0), chooseRecovery(failure({ retryAfterMs: 61_000 }), defaultRetryLimits, 0)], [
    { kind: 'retry', errorClass: 'network', delayMs: 30_000 }, { kind: 'give-up', errorClass: 'network', reason: 'the provider asks to wait 61 s' },
  ])
})

test('what cannot get better is not tried again', () => {
  assert.deepEqual(chooseRecovery(failure({ code: 'llm-bad-request' }), defaultRetryLimits, 0), { kind: 'give-up', errorClass: 'type', reason: 'trying again cannot help' })
})

test('every code of the catalogue has a class', () => {
  const classes = ['cli', 'syntax', 'type', 'network', 'crash', 'dependency', 'quota', 'policy']
  const codes = Object.keys(errorCatalogue) as ErrorCode[]
  assert.deepEqual(codes.filter((code) => !classes.includes(classifyError(code))), [])
})

test('no delay is longer than the cap', () => {
  const codes = fc.constantFrom(...(Object.keys(errorCatalogue) as ErrorCode[]))
  fc.assert(fc.property(codes, fc.integer({ min: 1, max: 10 }), fc.option(fc.nat(200_000)), fc.double({ min: 0, max: 1, noNaN: true }), (code, tries, retryAfterMs, jitter) => {
    const choice = chooseRecovery({ code, tries, retryAfterMs }, defaultRetryLimits, jitter)
    assert.ok(choice.kind === 'give-up' || choice.delayMs <= defaultRetryLimits.capMs)
  }))
})
