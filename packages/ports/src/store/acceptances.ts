import type { EventData } from '@codeforge/contracts/event'
import type { RequestId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { JobRecord } from './jobs.ts'
import type { RunRecord } from './runs.ts'

type Queued = Extract<EventData, { kind: 'run.queued' }>

/** A run as it is accepted: with the event that begins its stream, and its job as it is to be stored. */
export interface Acceptance {
  /** Of those that were given the same object it is known that they differ in ids, prompt and request only: what they have in common is written down once. */
  readonly alike: object
  readonly run: RunRecord
  /** Its moment, tenant and actor are those of the run. */
  readonly first: {
    readonly id: string
    readonly requestId: RequestId
    readonly data: Queued & { readonly pinned: NonNullable<Queued['pinned']> }
  }
  readonly job: JobRecord
}

export interface AcceptanceStore {
  /**
   * Stores runs with their first events and their jobs, all or none, in one statement. `conflict` where one is there already; `stale-version` where a
   * project is not as it was `seen`.
   */
  insertAll(accepted: readonly Acceptance[], seen?: readonly Pick<Project, 'id' | 'version'>[]): Promise<void>
  /**
   * Locks runs for the caller's transaction that are, with their jobs, as they are given, and whose projects are as they were `seen`. Where something has
   * changed, the transaction fails with `stale-version`: nobody need look at the answer before writing what builds on it.
   */
  lockAll(accepted: readonly Pick<Acceptance, 'run' | 'job'>[], seen: readonly Pick<Project, 'id' | 'version'>[]): Promise<void>
}
