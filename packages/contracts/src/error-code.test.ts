import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodeForgeError, ErrorBody, ErrorCode, errorCatalogue } from './error-code.ts'

test('every code has a status, an answer to "again?", and help that is a sentence', () => {
  for (const [code, { status, retryable, help }] of Object.entries(errorCatalogue)) {
    assert.match(code, /^[a-z]+(-[a-z]+)*$/)
    assert.ok(status >= 400 && status < 600, code)
    assert.equal(typeof retryable, 'boolean')
    assert.match(help, /^[`/A-Z].*[.)]$/, code)
  }
})

test('an error knows from its code whether trying again may help, and keeps its cause', () => {
  const cause = new Error('ECONNREFUSED')
  const error = new CodeForgeError('llm-unreachable', 'nobody there', { cause, details: { port: 1 } })
  assert.deepEqual([error.name, error.code, error.message, error.retryable, error.details, error.cause], ['CodeForgeError', 'llm-unreachable', 'nobody there', true, { port: 1 }, cause])
  assert.equal('cause' in new CodeForgeError('internal', 'x'), false)
})

test('an error body names a code of the catalogue', () => {
  const error = { code: 'not-found', message: 'm', help: 'h', details: {}, requestId: 'r' }
  assert.equal(ErrorBody.safeParse({ error }).success, true)
  assert.equal(ErrorBody.safeParse({ error: { ...error, code: 'nonsense' } }).success, false)
  assert.deepEqual(ErrorCode.options, Object.keys(errorCatalogue))
})
