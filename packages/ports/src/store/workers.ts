import type { AnnounceRequest } from '@codeforge/contracts/coordination'
import type { WorkerId } from '@codeforge/contracts/ids'

export interface WorkerRecord extends AnnounceRequest {
  readonly startedAt: Date
  readonly seenAt: Date
}

export interface WorkerStore {
  /** True where this worker was not known. */
  announce(worker: AnnounceRequest, now: Date): Promise<boolean>
  alive(since: Date): Promise<readonly WorkerRecord[]>
  /** Whoever was seen later counts as seen now: the clock was set back. */
  seenBy(now: Date): Promise<void>
  /** False where it was not known: of two callers at once, one gets true. */
  forget(id: WorkerId): Promise<boolean>
}
