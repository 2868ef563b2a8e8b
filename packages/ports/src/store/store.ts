import { PortRegistry } from '../registry.ts'
import type { AcceptanceStore } from './acceptances.ts'
import type { ArtifactIndex } from './artifacts.ts'
import type { BudgetStore } from './budgets.ts'
import type { EventStore } from './events.ts'
import type { GraphStore } from './graphs.ts'
import type { IdempotencyStore } from './idempotency.ts'
import type { JobStore } from './jobs.ts'
import type { ProjectStore } from './projects.ts'
import type { QuestionStore } from './questions.ts'
import type { RunStore } from './runs.ts'
import type { SettingStore } from './settings.ts'
import type { TaskStore } from './tasks.ts'
import type { WorkerStore } from './workers.ts'

/** One interface per aggregate. */
export interface Repositories {
  readonly projects: ProjectStore
  readonly tasks: TaskStore
  readonly runs: RunStore
  readonly acceptances: AcceptanceStore
  readonly events: EventStore
  readonly jobs: JobStore
  readonly questions: QuestionStore
  readonly artifacts: ArtifactIndex
  readonly budgets: BudgetStore
  readonly idempotency: IdempotencyStore
  readonly workers: WorkerStore
  readonly settings: SettingStore
  readonly graphs: GraphStore
}

export interface StoreStatus {
  readonly engine: string
  /** Number of the last migration applied. */
  readonly migration: number
  readonly sizeBytes: number
}

/** Only core opens it. */
export interface Store extends Repositories {
  /**
   * All or nothing. Retries on serialisation failure and deadlock, so `work` has no other effects. `store-unavailable` where the database does not answer.
   * `work` may say by `allAsked` that it has asked for everything: the commit then goes out behind it and waits for no answer. What it
   * does after that must not fail, except by what it has asked for.
   */
  transaction<T>(work: (repositories: Repositories, allAsked: () => void) => Promise<T>): Promise<T>
  /** Does work over one connection, without a transaction: what is asked for at once travels together, and each statement stands for itself. */
  together<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>
  /** Applies pending migrations under a lock. `data-too-new` where a newer version wrote the data. `beforeMigrating` runs first when there is data and something is pending. */
  migrate(beforeMigrating: (from: number, to: number) => Promise<void>): Promise<{ readonly from: number; readonly to: number }>
  /** Undoes migrations down to a number; for tests and operators. */
  migrateDown(to: number): Promise<void>
  /** Writes a consistent backup to a file, restorable with `restore`. */
  backup(file: string, signal: AbortSignal): Promise<void>
  /** Replaces everything by a backup's content. */
  restore(file: string, signal: AbortSignal): Promise<void>
  status(): Promise<StoreStatus>
}
export const stores = new PortRegistry<Store>('store')
