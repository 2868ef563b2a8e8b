import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Clock } from '../clock.ts'

export interface ClockUnderTest extends AsyncDisposable {
  readonly clock: Clock
  /** Lets so many milliseconds pass: by waiting, or by moving a manual clock. */
  pass(milliseconds: number): Promise<void>
}

/** What every Clock must do. */
export function describeClockContract(name: string, open: () => Promise<ClockUnderTest>): void {
  describe(`clock contract: ${name}`, () => {
    test('wall time and monotonic time go on together', async () => {
      await using subject = await open()
      const [wall, ticks] = [subject.clock.now(), subject.clock.monotonic()]
      await subject.pass(20)
      assert.ok(subject.clock.now().getTime() - wall.getTime() >= 15)
      assert.ok(subject.clock.monotonic() - ticks >= 15)
    })

    test('monotonic time never goes back', async () => {
      await using subject = await open()
      const readings = Array.from({ length: 1000 }, () => subject.clock.monotonic())
      assert.deepEqual(readings, readings.toSorted((one, other) => one - other))
    })

    test('sleep ends when its time has passed, not before', async () => {
      await using subject = await open()
      const begun = subject.clock.monotonic()
      const sleeping = subject.clock.sleep(20).then(() => subject.clock.monotonic() - begun)
      await subject.pass(5)
      await subject.pass(20)
      assert.ok((await sleeping) >= 19)
    })

    test('a sleep of nothing ends at once', async () => {
      await using subject = await open()
      await Promise.all([subject.clock.sleep(0), subject.clock.sleep(-5)])
    })

    test('sleepers wake in the order of their times', async () => {
      await using subject = await open()
      const woken: string[] = []
      const late = subject.clock.sleep(30).then(() => woken.push('late'))
      const early = subject.clock.sleep(10).then(() => woken.push('early'))
      await subject.pass(50)
      await Promise.all([late, early])
      assert.deepEqual(woken, ['early', 'late'])
    })

    test('a sleep rejects with the reason of its signal, before and during', async () => {
      await using subject = await open()
      const reason = new Error('enough')
      await assert.rejects(subject.clock.sleep(60_000, AbortSignal.abort(reason)), reason)
      const controller = new AbortController()
      const sleeping = subject.clock.sleep(60_000, controller.signal)
      controller.abort(reason)
      await assert.rejects(sleeping, reason)
    })

    test('a sleep of weeks does not end at once', async () => {
      await using subject = await open()
      const controller = new AbortController()
      const sleeping = subject.clock.sleep(40 * 24 * 3_600_000, controller.signal)
      await subject.pass(10)
      controller.abort(new Error('still asleep'))
      await assert.rejects(sleeping, { message: 'still asleep' })
    })
  })
}
