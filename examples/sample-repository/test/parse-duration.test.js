import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration } from '../src/parse-duration.js'

test('reads one unit', () => {
  assert.equal(parseDuration('45s'), 45)
  assert.equal(parseDuration('10m'), 600)
})

test('adds several units', () => {
  assert.equal(parseDuration('1h30m'), 5400)
  assert.equal(parseDuration('1d1s'), 86401)
})

test('refuses what is no duration', () => {
  assert.throws(() => parseDuration('soon'), RangeError)
  assert.throws(() => parseDuration('10m later'), RangeError)
})
