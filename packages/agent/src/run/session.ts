import type { RunProgress } from '@codeforge/contracts/coordination'
import type { Usage } from '@codeforge/contracts/money'
import type { Amount } from '@codeforge/domain/budget'
import type { Sandbox } from '@codeforge/ports/sandbox'
import type { Workspace } from '@codeforge/ports/vcs'
import type { FactOutbox } from '../facts/outbox.ts'
import type { Live } from '../facts/live.ts'
import type { Purse } from '../model/purse.ts'
import type { PolicyGate } from '../policy/gate.ts'
import type { DeclaredTools } from '../tools/bundles.ts'
import type { WorkspaceFiles } from '../workspace/files.ts'
import type { AgentConfig, AgentPorts, ClaimedRun } from './agent-ports.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { RunControl } from './control.ts'
import type { Conversation } from './conversation.ts'

/** What every stage of an attempt has. */
export interface Session extends ClaimedRun {
  readonly ports: AgentPorts
  readonly config: AgentConfig
  readonly control: RunControl
  readonly outbox: FactOutbox
  readonly live: Live
  /** What may be spent before core must be asked for more. */
  readonly slice: Amount
  /** Where earlier attempts left the run. */
  readonly progress: RunProgress
  /** The clock's monotonic time when this attempt began. */
  readonly startedAt: number
}

/** The place where an attempt works. */
export interface Place {
  readonly workspace: Workspace
  readonly sandbox: Sandbox
  readonly files: WorkspaceFiles
  /** Environment of every command, besides what the sandbox sets. */
  readonly environment: Readonly<Record<string, string>>
}

/** What the stages after the preparation have, too. */
export interface Agent extends Session {
  readonly place: Place
  readonly checkpoints: Checkpoints
  readonly conversation: Conversation
  readonly tools: DeclaredTools
  readonly gate: PolicyGate
  readonly purse: Purse
  readonly tally: Tally
}

/** What has been used up so far, over all attempts. */
export interface Tally {
  turns: number
  usage: Usage
  spentMicroUsd: number
}
