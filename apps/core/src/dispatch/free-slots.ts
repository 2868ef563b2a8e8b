import type { PoolName } from '@codeforge/contracts/job'
import type { WorkerRecord } from '@codeforge/ports/store/workers'

type Slots = Readonly<Record<PoolName, number>>

/** Workers that share pools, directly or through others, with all the pools that they serve. */
interface Group {
  readonly pools: ReadonlySet<PoolName>
  readonly workers: readonly Pick<WorkerRecord, 'pools' | 'slots'>[]
}

/**
 * How many more jobs each pool can take, where `taken` jobs are out already. A worker's slots are shared by its pools, so
 * a pool has no more than its whole group has: what is given to one pool must be counted before the next one is asked for.
 */
export function freeSlots(workers: readonly Pick<WorkerRecord, 'pools' | 'slots' | 'stopping'>[], taken: Slots): Record<PoolName, number> {
  const free: Record<PoolName, number> = {}
  for (const { pools, workers: members } of groupsOf(workers.filter(({ stopping }) => !stopping))) {
    const left = slotsOf(members) - sum([...pools].map((pool) => taken[pool] ?? 0))
    for (const pool of pools) {
      const own = slotsOf(members.filter((worker) => worker.pools.includes(pool))) - (taken[pool] ?? 0)
      free[pool] = Math.max(0, Math.min(own, left))
    }
  }
  return free
}

function groupsOf(workers: readonly Pick<WorkerRecord, 'pools' | 'slots'>[]): readonly Group[] {
  let groups: readonly Group[] = []
  for (const worker of workers) {
    const touched = groups.filter(({ pools }) => worker.pools.some((pool) => pools.has(pool)))
    const merged: Group = {
      pools: new Set([...worker.pools, ...touched.flatMap(({ pools }) => [...pools])]),
      workers: [worker, ...touched.flatMap((group) => group.workers)],
    }
    groups = [...groups.filter((group) => !touched.includes(group)), merged]
  }
  return groups
}

function slotsOf(workers: readonly Pick<WorkerRecord, 'slots'>[]): number {
  return sum(workers.map(({ slots }) => slots))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
