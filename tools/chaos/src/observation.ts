import type { StrayProcess } from './processes.ts'
import type { RunPlan } from './plan.ts'
import type { ObservedRepository } from './repositories.ts'
import type { Effect } from './steps.ts'

/** A run that core accepted, with what was wanted of it. */
export interface AcceptedRun {
  readonly id: string
  readonly plan: RunPlan
  /** Somebody asked to cancel it, and core said yes. */
  readonly cancelled: boolean
}

export interface StoredRun {
  readonly id: string
  readonly status: string
  readonly outcome: string | null
  readonly sliceMicroUsd: number
  readonly sliceTokens: number
  readonly projectId: string
}

export interface StoredEvent {
  readonly stream: string
  readonly sequence: number
  readonly position: number
  readonly kind: string
  readonly attempt: number | null
  readonly data: Readonly<Record<string, unknown>>
}

export interface StoredAccount {
  readonly scope: string
  readonly heldMicroUsd: number
  readonly spentMicroUsd: number
}

/** What is there when a campaign has come to rest. */
export interface Observation {
  readonly accepted: readonly AcceptedRun[]
  readonly runs: readonly StoredRun[]
  /** In the order of their positions. */
  readonly events: readonly StoredEvent[]
  readonly accounts: readonly StoredAccount[]
  /** Jobs in the outbox, by run. */
  readonly jobs: readonly string[]
  /** Questions that are still open, by run. */
  readonly openQuestions: readonly string[]
  readonly effects: readonly Effect[]
  readonly strays: readonly StrayProcess[]
  readonly repositories: readonly ObservedRepository[]
  /** Mount points below the directories of the system: workspaces that are laid over other files. */
  readonly mounts: readonly string[]
}

/** Something that must not be. */
export interface Violation {
  readonly invariant: string
  readonly runId: string | null
  readonly detail: string
}

export type Invariant = (observation: Observation) => readonly Violation[]

/** The events of each stream, in the order of their positions. */
export function byStream({ events }: Pick<Observation, 'events'>): ReadonlyMap<string, readonly StoredEvent[]> {
  return Map.groupBy(events, ({ stream }) => stream)
}
