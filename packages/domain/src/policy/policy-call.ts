import type { Json } from '@codeforge/contracts/blob'
import type { ShellAnalysis } from '@codeforge/contracts/shell-analysis'

/** A tool call by value, as it is judged. */
export interface PolicyCall {
  readonly tool: string
  readonly args: Readonly<Record<string, Json>>
  /** Real paths where the caller resolved links; judged besides the paths in the arguments. */
  readonly resolvedPaths?: readonly string[]
}

/** What is known about the run when a call is judged. */
export interface PolicySituation {
  /** Somebody is there to be asked. */
  readonly attended: boolean
  /** The sandbox enforces files and network. */
  readonly sandboxEnforces: boolean
  /** Absolute path of the workspace; null: absolute paths count as outside. */
  readonly workspace: string | null
  /** The mode's tools and whether its results are changes; null: no mode speaks. */
  readonly mode: { readonly id: string; readonly tools: readonly string[]; readonly edits: boolean } | null
  /** Tools that the plan's step allows; null: the step does not restrict them. */
  readonly stepTools: readonly string[] | null
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

/** The paths that a call names, from its arguments or from the analysis of its command. */
export function pathsOf(call: PolicyCall, analysis: ShellAnalysis | null): readonly CallPath[] {
  const resolved: CallPath[] = (call.resolvedPaths ?? []).map((path) => ({ path, source: path, glob: false, access: writingTools.has(call.tool) ? 'write' : 'read' }))
  if (call.tool === shellTool) {
    const inner = analysis === null ? [] : [...analysis.commands.flatMap(({ paths }) => paths), ...analysis.redirects]
    return [...resolved, ...directoryOf(call), ...inner]
  }
  return [...resolved, ...argumentPaths(call)]
}

const pathKeys = /^(path|paths|file|files|filename|file_path|filepath|dir|directory|folder|root|cwd|glob|source|destination|target)$/i

function argumentPaths(call: PolicyCall): CallPath[] {
  const access = writingTools.has(call.tool) ? 'write' : 'read'
  const named = Object.entries(call.args).flatMap(([key, value]) => {
    const isPath = pathKeys.test(key) || (call.tool === 'glob_files' && key === 'pattern')
    return isPath ? strings(value) : []
  })
  const patch = call.args['patch']
  const patched = call.tool === 'apply_patch' && typeof patch === 'string' ? patchPaths(patch) : []
  return [...named, ...patched].map((path) => ({ path, source: path, glob: call.tool !== 'apply_patch' && /[*?[{]/.test(path), access }))
}

function directoryOf(call: PolicyCall): CallPath[] {
  return strings(call.args['directory'] ?? null).map((path) => ({ path, source: path, glob: false, access: 'read' }))
}

function strings(value: Json): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** The files that a patch names: in git's and in plain unified headers, and in the begin-patch form that some models write. */
export function patchPaths(patch: string): string[] {
  const found = new Set<string>()
  for (const line of patch.split(/\r?\n/)) {
    const plain = /^(?:---|\+\+\+) ("?)(.+?)\1(?:\t.*)?$/.exec(line)?.[2]
    if (plain !== undefined && plain !== '/dev/null') found.add(plain.replace(/^[ab]\//, ''))
    const moved = /^(?:rename|copy) (?:from|to) ("?)(.+)\1$/.exec(line)?.[2]
    if (moved !== undefined) found.add(moved)
    const begun = /^\*\*\* (?:Add File|Update File|Delete File|Move to): (.+)$/.exec(line)?.[1]
    if (begun !== undefined) found.add(begun.trim())
    const git = /^diff --git ("?)a\/(.+)\1 ("?)b\/(.+)\3$/.exec(line)
    if (git?.[2] !== undefined && git[4] !== undefined) found.add(git[2]).add(git[4])
  }
  return [...found]
}
