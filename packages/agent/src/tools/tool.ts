import type { CodeRequest, DeepSearchCode, DeepSearched } from '@codeforge/contracts/code'
import type { Json } from '@codeforge/contracts/blob'
import type { ResourceLimits } from '@codeforge/contracts/policy-profile'
import type { Sandbox } from '@codeforge/ports/sandbox'
import type { WorkspaceFiles } from '../workspace/files.ts'

/** What a tool may reach: the workspace's files and the sandbox, nothing of the worker. */
export interface ToolContext {
  readonly files: WorkspaceFiles
  readonly sandbox: Pick<Sandbox, 'exec'>
  readonly environment: Readonly<Record<string, string>>
  readonly limits: ResourceLimits
  /** Asks what is known of the workspace's code; the result is JSON of the request's kind. */
  code(request: CodeRequest, signal: AbortSignal): Promise<unknown>
  /** Searches it with the help of a model, which the run pays [COD-07]. */
  searchDeeply(command: DeepSearchCode & { readonly top: number }, signal: AbortSignal): Promise<DeepSearched>
  /** Shows output while it comes. */
  show(text: string): void
}

export type ToolArguments = Readonly<Record<string, Json>>

/** What came of a call. The observation is bounded: it is what the model sees. */
export interface ToolResult {
  readonly ok: boolean
  readonly observation: string
  /** Everything that was printed, where it was more than the observation. */
  readonly output?: Uint8Array
  readonly exitCode?: number | null
}

/** The code of one tool; its declaration is in a bundle. */
export interface Tool {
  readonly name: string
  /** Whether its calls may change files: then a checkpoint follows. */
  readonly writes: boolean
  run(args: ToolArguments, context: ToolContext, signal: AbortSignal): Promise<ToolResult>
}

export const succeeded = (observation: string): ToolResult => ({ ok: true, observation })
export const failed = (observation: string): ToolResult => ({ ok: false, observation })
