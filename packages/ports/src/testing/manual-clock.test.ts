import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeClockContract } from './clock.ts'
import { manualClock } from './manual-clock.ts'

describeClockContract('manual', async () => {
  const clock = manualClock()
  return { clock, pass: (milliseconds) => clock.advance(milliseconds), [Symbol.asyncDispose]: async () => {} }
})

test('a sleeper that sleeps again wakes within the same advance', async () => {
  const clock = manualClock()
  const woken: number[] = []
  const beats = (async () => {
    for (let beat = 0; beat < 3; beat += 1) {
      await clock.sleep(10)
      woken.push(clock.monotonic())
    }
  })()
  await clock.advance(35)
  await beats
  assert.deepEqual([woken, clock.monotonic()], [[10, 20, 30], 35])
})

test('a jump of the wall clock leaves monotonic time alone', () => {
  const clock = manualClock(new Date('2026-01-01T00:00:00.000Z'))
  clock.jump(-3_600_000)
  assert.deepEqual([clock.now().toISOString(), clock.monotonic()], ['2025-12-31T23:00:00.000Z', 0])
})
