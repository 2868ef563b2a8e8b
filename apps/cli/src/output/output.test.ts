import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ErrorCode } from '@codeforge/contracts/error-code'
import { exitCodes } from '@codeforge/contracts/run-status'
import pc from 'picocolors'
import { exitCodeOf } from './exit-code.ts'
import { ago, bytes, count, dollars, duration, plural } from './figures.ts'
import { oneLine, printable } from './printable.ts'
import { table } from './table.ts'

test('figures are short', () => {
  assert.deepEqual([0, 2100, 123_456, 12_000_000].map(dollars), ['$0', '$0.0021', '$0.12', '$12.00'])
  assert.deepEqual([0, 999, 1000, 12_345, 999_949, 999_950, 2_000_000].map(count), ['0', '999', '1.0k', '12.3k', '999.9k', '1.0M', '2.0M'])
  assert.deepEqual([0, 512, 8_500_000, 2 ** 40].map(bytes), ['0 B', '512 B', '8.1 MB', '1.0 TB'])
  assert.deepEqual([400, 12_000, 185_000, 7_800_000].map(duration), ['0.4 s', '12 s', '3 min 5 s', '2 h 10 min'])
  assert.deepEqual([1, 2].map((number) => plural(number, 'run')), ['1 run', '2 runs'])
})

test('times past are told by what matters', () => {
  const now = Date.parse('2026-01-10T00:00:00Z')
  const times = ['2026-01-09T23:59:50Z', '2026-01-09T23:30:00Z', '2026-01-09T20:00:00Z', '2026-01-05T00:00:00Z', '2026-01-11T00:00:00Z']
  assert.deepEqual(times.map((time) => ago(time, now)), ['10 s ago', '30 min ago', '4 h ago', '5 d ago', '0 s ago'])
})

test('escape sequences of an agent never reach the terminal', () => {
  assert.equal(printable('\u001b[31mred\u001b[0m \u001b]0;title\u0007a\u001b]52;c;ZXZpbA==\u001b\\b \u202Eabc\u0008\r\nnext\ttab'), 'red ab abc\nnext\ttab')
})

test('a sequence that never ends hides no text', () => {
  assert.equal(printable('\u001b]0;all that follows'), '0;all that follows')
})

test('nothing but line breaks and tabs is left of control characters', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    // eslint-disable-next-line no-control-regex -- this is what must not come through
    assert.doesNotMatch(printable(text), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
  }))
})

test('one line is one line and never too long', () => {
  assert.equal(oneLine('a\n  b\tc', 80), 'a b c')
  assert.equal(oneLine('abcdef', 4), 'abc…')
  assert.equal(oneLine('😀😀😀', 2), '😀…')
})

test('columns are aligned, whatever their colours', () => {
  const { red } = pc.createColors(true)
  assert.deepEqual(table([['a', 'b'], [red('long'), 'c'], ['x', '']]), ['a     b', `${red('long')}  c`, 'x'])
})

test('every error code has an exit code of the table', () => {
  const known = new Set(Object.values(exitCodes))
  assert.deepEqual(ErrorCode.options.filter((code) => !known.has(exitCodeOf(code)) || exitCodeOf(code) === 0), [])
  assert.deepEqual((['llm-not-configured', 'budget-exhausted', 'store-unavailable', 'policy-denied'] as const).map(exitCodeOf), [2, 12, 1, 11])
})
