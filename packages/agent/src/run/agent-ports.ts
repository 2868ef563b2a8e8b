import type { Config } from '@codeforge/contracts/config'
import type { Price } from '@codeforge/contracts/money'
import type { ModelChoice, RunWork } from '@codeforge/contracts/run-work'
import type { Redactor } from '@codeforge/contracts/secret'
import type { WorkerId } from '@codeforge/contracts/ids'
import type { ToolBundle } from '@codeforge/contracts/tool-bundle'
import type { OperatorLimits } from '@codeforge/domain/resource-limits'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import type { Clock } from '@codeforge/ports/clock'
import type { CodeIntelligence } from '@codeforge/ports/code-intelligence'
import type { Coordinator } from '@codeforge/ports/coordinator'
import type { Ids } from '@codeforge/ports/ids'
import type { Llm } from '@codeforge/ports/llm'
import type { Log } from '@codeforge/ports/log'
import type { Queue } from '@codeforge/ports/queue'
import type { SandboxEngine } from '@codeforge/ports/sandbox'
import type { Vcs } from '@codeforge/ports/vcs'
import type { Analyse } from '../policy/gate.ts'

export interface NamedSandbox {
  readonly name: string
  readonly engine: SandboxEngine
}

/** What the agent needs of the world. */
export interface AgentPorts {
  readonly coordinator: Coordinator
  /** By the adapter a run's model names; one that is absent is not configured. */
  readonly llms: Readonly<Partial<Record<ModelChoice['adapter'], Llm>>>
  readonly vcs: Vcs
  /** Strongest first. */
  readonly sandboxes: readonly NamedSandbox[]
  readonly artifactStore: ArtifactStore
  readonly queue: Pick<Queue, 'broadcast'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** What a shell command would do. */
  readonly analyse: Analyse
  /** What is known of the code in a workspace. */
  readonly code: CodeIntelligence
  /** The secrets that this worker knows: none of them may be in what is delivered. */
  readonly secrets: Pick<Redactor, 'finds'>
}

export interface AgentConfig {
  /** Absolute paths no sandbox may see, such as the data directory; workspaces inside stay visible. */
  readonly hidden: readonly string[]
  /** What holds where a profile says nothing of a limit, and what no run exceeds. */
  readonly limits: OperatorLimits
  /** Facts that core does not have yet. */
  readonly spoolDirectory: string
  /** Results of setups and baselines, by key. */
  readonly cacheDirectory: string
  readonly toolBundles: readonly ToolBundle[]
  /** Of the commits that are delivered. */
  readonly author: { readonly name: string; readonly email: string }
  /** Milliseconds a model may be silent, at first and between two pieces of its reply. */
  readonly modelIdleMs: number
  /** How repositories are searched, and who helps. */
  readonly retrieval: Config['retrieval']
  /** The price of `retrieval.subAgentModel`; null where none is known. */
  readonly subAgentPrice: Price | null
  /** Checkpoints are packed and uploaded, because another host may have to continue. */
  readonly uploadCheckpoints: boolean
}

/** A run in this worker's hands. */
export interface ClaimedRun {
  readonly work: RunWork
  readonly attempt: number
  readonly workerId: WorkerId
}
