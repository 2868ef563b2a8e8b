import type { Job, PoolName } from '@codeforge/contracts/job'
import type { RunId } from '@codeforge/contracts/ids'

export type JobStatus = 'pending' | 'published' | 'claimed'

/** The outbox: a row here is the promise that a job reaches a worker. It is gone when its work has ended. */
export interface JobRecord {
  /** `publication` counts the times it was published; 0 before the first. */
  readonly job: Omit<Job, 'publication'>
  readonly publication: number
  readonly status: JobStatus
  readonly priority: number
  readonly exclusiveKey: string | null
  readonly notBefore: Date
  readonly createdAt: Date
  readonly publishedAt: Date | null
}

export interface PoolLoad {
  readonly outstanding: number
  readonly due: boolean
}

/** In milliseconds. */
export interface Patience {
  readonly first: number
  readonly longest: number
}

export interface DispatchLimits {
  /** Free slots by pool; a pool that is absent has none. */
  readonly free: Readonly<Record<PoolName, number>>
  /** Most claimed or published jobs of one project; per project where it has its own. */
  readonly perProject: number
}

export interface JobStore {
  insert(job: JobRecord): Promise<void>
  /**
   * All or none. With limits, a job that may go out at once is stored as published for the first time, so that whoever stores it
   * can publish it after the commit: it is due, has no exclusive key, fits the limits, and none that is due waits in its pool. Returns these as they are stored.
   */
  insertAll(jobs: readonly JobRecord[], at?: { readonly now: Date; readonly limits: DispatchLimits }): Promise<readonly JobRecord[]>
  findByRun(run: RunId): Promise<JobRecord | null>
  /** The jobs of those runs that have one. */
  findByRuns(runs: readonly RunId[]): Promise<readonly JobRecord[]>
  /**
   * Takes jobs that may go out now, marks them published with the next publication number and returns them:
   * by priority, fairly over projects, oldest first, within the limits, never two with one exclusive key.
   * Two callers at once never take the same job. Outside a transaction the mark may be lost when the database crashes: the job
   * is then taken again under the same publication number, which the queue drops.
   */
  takeDue(now: Date, limits: DispatchLimits): Promise<readonly JobRecord[]>
  /**
   * Published jobs that nobody claimed are pending again; returns how many. The patience doubles with each publication: what
   * nobody claims over and over is not for want of asking.
   */
  requeueUnclaimed(now: Date, patience: Patience): Promise<number>
  /** What was published later, or is due later, counts as now: the clock was set back. */
  dueBy(now: Date): Promise<void>
  /** Marks the jobs of runs as claimed; this and what follows do nothing where a run has none. */
  markClaimed(runs: readonly RunId[]): Promise<void>
  /** The run's job is pending again, not before the time. */
  releaseOf(run: RunId, notBefore: Date): Promise<void>
  deleteOf(run: RunId): Promise<void>
  counts(): Promise<Readonly<Record<JobStatus, number>> & { readonly oldestPendingAt: Date | null }>
  /** Of each pool: published and claimed jobs, which take a slot or are about to, and whether a job is due. */
  outstanding(pools: readonly PoolName[], now: Date): Promise<Readonly<Record<PoolName, PoolLoad>>>
  /** Pending jobs, counted up to the limit: enough to know whether it is reached. */
  pendingUpTo(limit: number): Promise<number>
}
