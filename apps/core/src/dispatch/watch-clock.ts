import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'

/** Milliseconds by which the clock must be set back to count: less is what a time service does all day. */
const setBackMs = 1000

/**
 * Returns a look at the clock. Where it was set back since the last look, and at the first one, times that lie in the future are brought
 * to now: otherwise a dead worker would hold its run, and a job wait, until the clock is there again. A clock that is set forward needs
 * nothing: leases run out, and the runs go on in another attempt.
 */
export function watchClock({ store, clock }: Pick<CorePorts, 'store' | 'clock'>, { runs }: Pick<CoreConfig, 'runs'>): () => Promise<void> {
  let last = Infinity
  return async () => {
    const now = clock.now()
    const offset = now.getTime() - clock.monotonic()
    if (offset < last - setBackMs) {
      await store.runs.endLeasesBy(new Date(now.getTime() + runs.leaseSeconds * 1000))
      await store.jobs.dueBy(now)
      await store.workers.seenBy(now)
    }
    last = offset
  }
}
