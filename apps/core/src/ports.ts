import type { Mode } from '@codeforge/contracts/mode'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
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
  readonly policies: Catalogue<PolicyProfile>
  readonly modes: Catalogue<Mode>
  /** Values of secrets by scope; null where there is none. */
  readonly secrets: (scope: string) => string | null
  readonly maintenance: Maintenance
  /** Names of the models that the configured endpoint offers; fails with a code where it does not answer. */
  readonly models: (signal: AbortSignal) => Promise<readonly string[]>
}
