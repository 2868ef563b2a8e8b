import type { PoolName } from '@codeforge/contracts/job'
import type { DispatchLimits, JobStore } from '@codeforge/ports/store/jobs'
import type { WorkerRecord } from '@codeforge/ports/store/workers'
import { freeSlots } from './free-slots.ts'

/** Counts older than this are taken again: what other cores published since is not in them. In milliseconds. */
const countMs = 100

type Taken = Record<PoolName, number>

/**
 * How many slots are free, without counting for every batch of runs: what was counted lately, and what this core published since.
 * Where that leaves too little, it is counted anew, so that no job waits for a slot that is free. What another core published meanwhile
 * costs a wait in the queue, never a job; limits of projects are always counted.
 */
export class SlotEstimate {
  #counted: { readonly taken: Taken; readonly at: number } | null = null

  /** Forgets what was counted. */
  forget(): void {
    this.#counted = null
  }

  /** Notes jobs that went out. */
  published(jobs: readonly { readonly job: { readonly pool: PoolName } }[]): void {
    const taken = this.#counted?.taken
    if (taken) for (const { job } of jobs) taken[job.pool] = (taken[job.pool] ?? 0) + 1
  }

  /** Slots that are taken in all pools, by what was counted last and went out since. */
  taken(): number {
    return Object.values(this.#counted?.taken ?? {}).reduce((sum, jobs) => sum + jobs, 0)
  }

  /** Free slots of each pool: as many as are wanted in each, or as many as there are. */
  async free(
    jobs: Pick<JobStore, 'outstanding'>, workers: readonly WorkerRecord[], wanted: number, { now, monotonic }: { readonly now: Date; readonly monotonic: number },
  ): Promise<DispatchLimits['free']> {
    if (this.#counted && monotonic - this.#counted.at <= countMs) {
      const free = freeSlots(workers, this.#counted.taken)
      if (Object.values(free).every((slots) => slots >= wanted)) return free
    }
    const load = await jobs.outstanding(poolsOf(workers), now)
    const taken = Object.fromEntries(Object.entries(load).map(([pool, { outstanding }]) => [pool, outstanding]))
    this.#counted = { taken, at: monotonic }
    return freeSlots(workers, taken)
  }
}

/** The pools that workers serve, each once. */
export function poolsOf(workers: readonly WorkerRecord[]): readonly PoolName[] {
  return [...new Set(workers.flatMap(({ pools }) => pools))]
}
