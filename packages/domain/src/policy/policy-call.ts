import type { Json } from '@codeforge/contracts/blob'
import type { ShellAnalysis } from '@codeforge/contracts/shell-analysis'

/** A tool call by value, as it is judged. */
export interface PolicyCall {
  readonly tool: string
  readonly args: Readonly<Record<string, Json>>
  /** Environment variables and scopes of secrets that the call asks for. */
  readonly environment?: readonly string[]
  readonly secrets?: readonly string[]
}

/** What a step of a plan allows; null: it does not restrict that. */
export interface StepAllowance {
  readonly tools: readonly string[] | null
  readonly environment: readonly string[] | null
  readonly secrets: readonly string[] | null
}

/** What is known about the run when a call is judged. */
export interface PolicySituation {
  /** Somebody is there to be asked. */
  readonly attended: boolean
  /** The sandbox enforces files and network. */
  readonly sandboxEnforces: boolean
  /** Absolute path of the workspace; null: absolute paths count as outside. */
  readonly workspace: string | null
  /** The mode's tools, and whether its results are changes; null: no mode speaks. */
  readonly mode: { readonly id: string; readonly tools: readonly string[]; readonly edits: boolean } | null
  /** Tools that the plan's step allows; null: the step does not restrict them. */
  readonly stepTools: readonly string[] | null
  /** What else the step allows. */
  readonly step?: StepAllowance
  /** 1 supervised to 5 headless; absent: that layer does not speak. */
  readonly autonomy?: number
  /** 0 for the first agent, one more for each agent that it started in turn. */
  readonly depth?: number
  /** The agent program that asks. Absent: our own, `native`. */
  readonly backend?: string
  /** Text from outside the project, such as an issue or a web page, is in the context. */
  readonly untrusted?: boolean
  /** Where paths lead once links are followed; absent: paths are judged by their text alone. */
  readonly realPaths?: RealPaths
}

/**
 * Where a path leads once links are followed: relative to the workspace inside it, absolute outside. One that is a glob has every name
 * that it stands for now. Null among them: that cannot be told.
 */
export type RealPaths = (path: string, glob: boolean) => readonly (string | null)[]

/** Makes the analysis of a shell command. */
export type AnalyseCommand = (command: string) => ShellAnalysis

/** The tool whose `command` argument is a shell command. */
export const shellTool = 'shell'

/** Tools that change files. */
export const writingTools: ReadonlySet<string> = new Set(['write_file', 'edit_file', 'apply_patch'])

/** A path that a call names; null where it cannot be known. */
export interface CallPath {
  readonly path: string | null
  readonly source: string
  readonly glob: boolean
  readonly access: 'read' | 'write'
}

/** The command of a shell call; null for other tools and for a call without one. */
export function commandOf(call: PolicyCall): string | null {
  const command = call.tool === shellTool ? call.args['command'] : undefined
  return typeof command === 'string' ? command : null
}
