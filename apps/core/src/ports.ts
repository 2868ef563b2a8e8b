import type { Mode } from '@codeforge/contracts/mode'
import type { PolicyReport, RejectedPolicy } from '@codeforge/contracts/policy-api'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { AnalyseCommand } from '@codeforge/domain/policy/policy-call'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import type { Clock } from '@codeforge/ports/clock'
import type { Ids } from '@codeforge/ports/ids'
import type { Log } from '@codeforge/ports/log'
import type { Queue } from '@codeforge/ports/queue'
import type { Store } from '@codeforge/ports/store/store'

/** A named set of files that were loaded and checked at start. */
export interface Catalogue<Item> {
  get(name: string): Item | undefined
  list(): readonly { readonly item: Item; readonly preset: boolean }[]
}

/** What happened to a file of the policies directory. */
export type PolicyChange =
  | { readonly kind: 'loaded'; readonly name: string; readonly file: string }
  | { readonly kind: 'removed'; readonly name: string; readonly file: string }
  | ({ readonly kind: 'rejected' } & RejectedPolicy)

/** The shipped profiles and the custom ones, which come and go while core runs. */
export interface PolicyCatalogue extends Catalogue<PolicyProfile> {
  /** The text of a profile as its author wrote it; null where there is no such profile. */
  source(name: string): Promise<string | null>
  /** Reads a text as a profile and runs its examples. Never fails. */
  check(yaml: string): PolicyReport
  /**
   * Writes a custom profile and puts it in force; its examples are run once. `policy-invalid` with the report, `policy-protected` for a shipped name, and
   * whatever `mayBe` throws, which is asked about the profile before its examples count.
   */
  save(yaml: string, mayBe?: (profile: PolicyProfile) => void): Promise<PolicyProfile>
  /** Deletes a custom profile with its file. `policy-not-found`, `policy-protected`. */
  remove(name: string): Promise<void>
  /** Files that are not in force as they stand. */
  rejected(): readonly RejectedPolicy[]
  /** Tells of every change from now on until disposed. */
  onChange(listener: (change: PolicyChange) => void): Disposable
}

/** What a collection removed. */
export interface Collected {
  readonly runs: number
  readonly artifacts: number
  readonly bytes: number
}

/** Upkeep that reaches beyond core's own ports; the composition root provides it. */
export interface Maintenance {
  /** Writes a backup of the database and returns its file. */
  backUp(signal: AbortSignal): Promise<string>
  /** Removes what is past its retention. */
  collect(signal: AbortSignal): Promise<Collected>
  /** Bytes that the data directory takes; may be up to a minute old. */
  dataBytes(): Promise<number>
}

/** Everything core needs from outside. */
export interface CorePorts {
  readonly store: Store
  readonly queue: Queue
  readonly artifacts: ArtifactStore
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly policies: PolicyCatalogue
  /** What a shell command would do. */
  readonly analyse: AnalyseCommand
  readonly modes: Catalogue<Mode>
  /** Values of secrets by scope; null where there is none. */
  readonly secrets: (scope: string) => string | null
  readonly maintenance: Maintenance
  /** Names of the models that the configured endpoint offers; fails with a code where it does not answer. */
  readonly models: (signal: AbortSignal) => Promise<readonly string[]>
}
