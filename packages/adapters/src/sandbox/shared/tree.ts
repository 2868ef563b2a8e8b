import type { ProcessEntry } from '../../processes/process-table.ts'

/** The processes of one command, by whatever means a sandbox has to know them. */
export interface ProcessTree {
  /** Those alive now. Called repeatedly while the command runs. */
  observe(): readonly ProcessEntry[]
  /** Asks all of them to end. */
  terminate(): void
  /** Ends all of them, and resolves when none is alive. */
  clear(): Promise<void>
}
