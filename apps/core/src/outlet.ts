import type { DispatchLimits, JobRecord, JobStore } from '@codeforge/ports/store/jobs'

/** What may go out now. */
export interface Room extends DispatchLimits {
  /** Jobs that are out, of all projects in all pools that somebody serves: no fewer than each project has. */
  readonly atWork: number
}

/** The way of jobs to the queue, for whoever stores some. */
export interface Outlet {
  /** Says that the outbox may have grown or a slot become free. */
  wake(): void
  /** How many of so many wanted jobs may go out now without waiting in the outbox; null where nobody can say. */
  room(this: void, jobs: Pick<JobStore, 'outstanding'>, wanted: number): Promise<Room | null>
  /** Publishes jobs that are stored as published. What a crash keeps from the queue is published again by the sweeper. */
  publish(jobs: readonly JobRecord[]): void
}
