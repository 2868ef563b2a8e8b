import type { Clock } from '../clock.ts'

export interface ManualClock extends Clock {
  /** Moves time on and wakes who slept long enough, in order; what a sleeper does on waking has been done when it resolves. */
  advance(milliseconds: number): Promise<void>
  /** Moves the wall clock alone, as a corrected system clock does. */
  jump(milliseconds: number): void
}

interface Sleeper {
  readonly until: number
  wake(): void
}

/** A Clock that stands still until the test moves it. */
export function manualClock(start: Date = new Date('2026-01-01T00:00:00.000Z')): ManualClock {
  let ticks = 0
  let wall = start.getTime()
  const sleepers = new Set<Sleeper>()
  const moveTo = (target: number): void => {
    wall += target - ticks
    ticks = target
  }
  return {
    now: () => new Date(wall),
    monotonic: () => ticks,
    sleep: (milliseconds, signal) => sleepUntil(sleepers, ticks + milliseconds, ticks, signal),
    jump: (milliseconds) => {
      wall += milliseconds
    },
    async advance(milliseconds) {
      const end = ticks + milliseconds
      for (let next = earliest(sleepers, end); next; next = earliest(sleepers, end)) {
        moveTo(next.until)
        next.wake()
        await turnOfTheLoop() // the woken may go to sleep again within the same span
      }
      moveTo(end)
      await turnOfTheLoop()
    },
  }
}

function sleepUntil(sleepers: Set<Sleeper>, until: number, now: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.reject(signal.reason as Error)
  if (until <= now) return Promise.resolve()
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const abort = (): void => {
    sleepers.delete(sleeper)
    reject(signal?.reason)
  }
  const sleeper: Sleeper = {
    until,
    wake() {
      sleepers.delete(sleeper)
      signal?.removeEventListener('abort', abort)
      resolve(undefined)
    },
  }
  sleepers.add(sleeper)
  signal?.addEventListener('abort', abort, { once: true })
  return promise
}

function earliest(sleepers: ReadonlySet<Sleeper>, end: number): Sleeper | undefined {
  return [...sleepers].filter((sleeper) => sleeper.until <= end).sort((one, other) => one.until - other.until)[0]
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
