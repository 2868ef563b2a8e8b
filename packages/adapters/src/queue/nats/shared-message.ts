import type { Job } from '@codeforge/contracts/job'
import type { MessageEnds } from '@codeforge/ports/consumption'

/**
 * The ends of jobs that came in one message: it ends when the last of them has. A job that is given back comes again with the others then, or
 * before that alone, since the store publishes again whatever nobody claims; whoever gets one that was done meanwhile is told so by the claim.
 */
export function sharedEnds(
  jobs: readonly Job[],
  message: Omit<MessageEnds, 'reject'>,
  bury: (job: Job, reason: string) => Promise<void>,
): readonly MessageEnds[] {
  let left = jobs.length
  let retryMs: number | null = null
  const end = async (): Promise<void> => {
    left -= 1
    if (left > 0) return
    await (retryMs === null ? message.ack() : message.retry(retryMs))
  }
  return jobs.map((job) => ({
    ack: end,
    async retry(delayMs) {
      retryMs = Math.min(retryMs ?? delayMs, delayMs)
      await end()
    },
    async reject(reason) {
      await bury(job, reason)
      await end()
    },
    working: () => message.working(),
  }))
}
