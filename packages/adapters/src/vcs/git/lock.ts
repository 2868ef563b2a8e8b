import { mkdir } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import pLimit, { type LimitFunction } from 'p-limit'
import lockfile from 'proper-lockfile'

export type RepositoryLock = <T>(directory: string, work: () => Promise<T>, signal: AbortSignal) => Promise<T>

/** A lock that nobody refreshed for so long belongs to a dead process. */
const staleMs = 15_000

/**
 * One at a time per repository, in this process in order of arrival and across processes by a lock file. It saves work
 * twice done; nothing breaks where a paused process loses it, since git's own locks guard each write.
 */
export function createRepositoryLock(): RepositoryLock {
  const queues = new Map<string, LimitFunction>()
  return (directory, work, signal) => {
    const queue = queues.get(directory) ?? pLimit(1)
    queues.set(directory, queue)
    return queue(async () => {
      await mkdir(directory, { recursive: true })
      const release = await acquire(directory, signal)
      try {
        return await work()
      } finally {
        await release().catch(() => {}) // taken over meanwhile, or removed with its repository
      }
    })
  }
}

async function acquire(directory: string, signal: AbortSignal): Promise<() => Promise<void>> {
  for (let wait = 10; ; wait = Math.min(wait * 2, 250)) {
    if (signal.aborted) throw new CodeForgeError('cancelled', 'Waiting for the repository was cancelled.', { cause: signal.reason })
    try {
      return await lockfile.lock(directory, { stale: staleMs, update: staleMs / 3, realpath: false, onCompromised: () => {} })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error
    }
    await setTimeout(wait, undefined, { signal }).catch(() => {})
  }
}
