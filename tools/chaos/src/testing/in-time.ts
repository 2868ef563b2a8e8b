import { setTimeout as sleep } from 'node:timers/promises'

/** What waits for something that may not come fails after so many milliseconds, with what `explain` says. */
export async function inTime<Result>(promise: Promise<Result>, limitMs: number, explain: () => string): Promise<Result> {
  const late = sleep(limitMs, undefined, { ref: false }).then((): never => { throw new Error(explain()) })
  return Promise.race([promise, late])
}
