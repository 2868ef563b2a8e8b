import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryAfterMs } from './retry-after.ts'

test('reads seconds, milliseconds and dates, and nothing else', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  const cases = [
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.25' }, 250],
    [{ 'retry-after-ms': '300', 'retry-after': '9' }, 300],
    [{ 'x-ms-retry-after-ms': '70' }, 70],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after': '999999999' }, 86_400_000],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '-5' }, null],
    [{}, null],
  ] as const
  assert.deepEqual(cases.map(([headers]) => retryAfterMs(headers, now)), cases.map(([, wanted]) => wanted))
})
