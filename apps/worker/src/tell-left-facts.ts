import { sendLeftovers } from '@codeforge/agent/facts/leftovers'
import type { WorkerPorts } from './worker-ports.ts'

/** Milliseconds between two looks for facts of attempts that were given up: doubles from the first to the last while something is left. */
const looks = { first: 15_000, last: 600_000 } as const

/**
 * Tells core, until the signal aborts, what attempts of this worker could not: a worker that lost its lease or its core ends the work at
 * once, and what that had cost must not wait for the worker's next start.
 */
export async function tellLeftFacts({ coordinator, clock, log }: Pick<WorkerPorts, 'coordinator' | 'clock' | 'log'>, spoolDirectory: string, stopping: AbortSignal): Promise<void> {
  let pause: number = looks.first
  while (!stopping.aborted) {
    await clock.sleep(pause, stopping).catch(() => undefined)
    if (stopping.aborted) return
    const left = await sendLeftovers({ coordinator, log }, spoolDirectory, stopping).then((done) => done.left, (error: unknown) => {
      log.warn('left facts could not be read', { error })
      return 1
    })
    pause = left === 0 ? looks.first : Math.min(pause * 2, looks.last)
  }
}
