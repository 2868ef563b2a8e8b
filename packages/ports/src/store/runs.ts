import type { ProjectId, RunId, TaskId, TenantId, WorkerId } from '@codeforge/contracts/ids'
import type { PoolName } from '@codeforge/contracts/job'
import type { MicroUsd } from '@codeforge/contracts/money'
import type { Page, PageQuery } from '@codeforge/contracts/page'
import type { Run, RunSummary } from '@codeforge/contracts/run'
import type { RunStatus } from '@codeforge/contracts/run-status'
import type { StoredWork } from '@codeforge/contracts/run-work'
import type { RunState } from '@codeforge/domain/run'

export interface Lease {
  readonly workerId: WorkerId
  readonly until: Date
}

/** A run with everything core keeps of it. */
export interface RunRecord {
  readonly view: Run
  readonly state: RunState
  readonly work: StoredWork
  readonly pool: PoolName
  /** Runs with the same key never work at the same time: runs on one local path. Null: no such limit. */
  readonly exclusiveKey: string | null
  /** Null between attempts. */
  readonly lease: Lease | null
  /** Last ordinal accepted of the current attempt. */
  readonly lastOrdinal: number
  /** Money and tokens that the current attempt may still spend without asking. */
  readonly sliceMicroUsd: MicroUsd
  readonly sliceTokens: number
  /** UTC day (`2026-01-31`) whose purses the slice was taken from; null without a slice. */
  readonly sliceDay: string | null
}

export interface RunFilter {
  readonly tenant: TenantId
  readonly project?: ProjectId
  readonly task?: TaskId
  readonly status?: readonly RunStatus[]
}

export interface RunStore {
  insert(run: RunRecord): Promise<void>
  /** All or none, in one statement. */
  insertAll(runs: readonly RunRecord[]): Promise<void>
  get(id: RunId): Promise<RunRecord | null>
  /** Reads and locks the row until the transaction ends. Only inside a transaction. */
  lock(id: RunId): Promise<RunRecord | null>
  /** The same for several: a run that is not there is missing in the answer. Locked in the order of their ids, so that two callers never wait for each other. */
  lockAll(ids: readonly RunId[]): Promise<readonly RunRecord[]>
  /** Writes the row that this transaction has locked. */
  save(run: RunRecord): Promise<void>
  /** The same for several, in one statement. */
  saveAll(runs: readonly RunRecord[]): Promise<void>
  /** Sets the lease of the attempt that holds it; false where the attempt or worker is another one. No event, no new version. */
  renew(id: RunId, attempt: number, workerId: WorkerId, until: Date): Promise<boolean>
  list(filter: RunFilter, page: PageQuery): Promise<Page<RunSummary>>
  /** Leases that end later end then: no lease is longer than that, so the clock was set back. */
  endLeasesBy(latest: Date): Promise<void>
  /** Ids of runs whose lease ran out before `now`. */
  expiredLeases(now: Date, limit: number): Promise<readonly RunId[]>
  countByStatus(filter: Pick<RunFilter, 'tenant' | 'project'>): Promise<Readonly<Partial<Record<RunStatus, number>>>>
  /** Ids of runs that ended before the time, oldest first, for retention. */
  endedBefore(time: Date, limit: number): Promise<readonly RunId[]>
  /** Ids of runs that ended at or after the time, oldest first. */
  endedSince(time: Date): Promise<readonly RunId[]>
  /** Ids of all runs that have not ended. */
  unfinished(): Promise<readonly RunId[]>
  /** Removes a run with its questions, jobs and artifact entries. Its events are removed by the event store. */
  delete(id: RunId): Promise<void>
}
