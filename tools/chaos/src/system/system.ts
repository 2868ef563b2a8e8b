import type { Ask, CodeForgeProcess } from '@codeforge/testing/codeforge-process'
import type { Fault } from '../plan.ts'
import type { Wired } from './fleet.ts'

/** One way to run CodeForge, with what may be done to it. */
export interface System extends AsyncDisposable {
  /** Asks whichever process is core now. */
  readonly ask: Ask
  /** The workers of a fleet with their wires. */
  readonly wired?: readonly Wired[]
  /** Does it, and resolves when it is over and what was killed is started again. */
  inflict(fault: Fault): Promise<void>
  /** Rows of the store, past CodeForge. */
  query<Row extends object>(text: string): Promise<readonly Row[]>
  /** The processes that should be there, by id. */
  expected(): readonly number[]
  /** What the processes printed, newest of each only. */
  output(): string
  /** Directories where nothing but `expected` may be at work. */
  readonly directories: readonly string[]
  /** Our own processes, by name. */
  processes(): Readonly<Record<string, CodeForgeProcess>>
  /** Directories that hold what is kept, by name. */
  readonly places: Readonly<Record<string, string>>
}
