import type { Semantic } from '@codeforge/context/semantic/settings'
import type { AgentConfig } from '@codeforge/agent/run/agent-ports'
import type { WorkerId } from '@codeforge/contracts/ids'
import type { PoolName } from '@codeforge/contracts/job'

/** What a worker is told when it is put together. */
export interface WorkerConfig {
  readonly workerId: WorkerId
  readonly version: string
  /** Jobs it takes. */
  readonly pools: readonly PoolName[]
  /** Runs at work at once. */
  readonly slots: number
  /** The strongest sandbox that works here, for the list of workers. */
  readonly sandboxName: string
  readonly agent: AgentConfig
  /** Where what is known of repositories is kept. */
  readonly indexDirectory: string
  /** Search by meaning; null where it is not configured. */
  readonly semantic: Semantic | null
  /** Milliseconds that a shutdown gives a run to come to the end of its step. Default: 10,000. */
  readonly drainMs?: number
}
