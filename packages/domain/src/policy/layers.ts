import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { ShellAnalysis, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import type { Answer } from './answer.ts'
import { nameMatcher } from './globs.ts'
import { shellTool, writingTools, type PolicyCall, type PolicySituation } from './policy-call.ts'
import { runsProjectCode } from './project-code.ts'

/** The mode's tool list: what it does not name does not exist. A mode that only reads changes nothing. */
export function modeLayer(call: PolicyCall, { mode }: PolicySituation, analysis: ShellAnalysis | null): readonly Answer[] {
  if (mode === null) return []
  const answer = (decision: 'allow' | 'deny', ruleId: string, reason: string): Answer[] => [{ layer: 'mode', decision, ruleId, reason }]
  if (!nameMatcher(mode.tools)(call.tool)) return answer('deny', 'mode-tools', `the mode ${mode.id} has no tool ${call.tool}`)
  if (!mode.edits && changesFiles(call, analysis)) return answer('deny', 'mode-edits', `the mode ${mode.id} only reads`)
  return answer('allow', 'mode-tools', `the mode ${mode.id} has this tool`)
}

/** The allow-lists of the plan's step: tools, environment variables, scopes of secrets. */
export function stepLayer(call: PolicyCall, { stepTools, step }: PolicySituation): readonly Answer[] {
  const allowed: Answer = { layer: 'step', decision: 'allow', ruleId: 'step-tools', reason: 'the step allows this call' }
  const tools = [stepTools, step?.tools].filter((list) => list !== null && list !== undefined)
  if (tools.length === 0 && step === undefined) return []
  const deny = (ruleId: string, reason: string): Answer[] => [{ layer: 'step', decision: 'deny', ruleId, reason }]
  if (!tools.every((list) => list.includes(call.tool))) return deny('step-tools', `the step does not allow the tool ${call.tool}`)
  const variables = beyond(call.environment, step?.environment)
  if (variables.length > 0) return deny('step-environment', `the step does not allow the environment variables ${variables.join(', ')}`)
  const scopes = beyond(call.secrets, step?.secrets)
  return scopes.length > 0 ? deny('step-secrets', `the step does not allow the secrets ${scopes.join(', ')}`) : [allowed]
}

function beyond(wanted: readonly string[] | undefined, allowed: readonly string[] | null | undefined): readonly string[] {
  return allowed === null || allowed === undefined ? [] : (wanted ?? []).filter((name) => !allowed.includes(name))
}

/**
 * The level of autonomy: supervised (1) asks about all that does more than read with a tool, semi_auto (2) about all that writes or runs
 * the project's code, auto_edit (3) about running its code. At full_auto (4) and headless (5) rules stand in for the person.
 */
export function autonomyLayer(call: PolicyCall, { autonomy }: PolicySituation, analysis: ShellAnalysis | null): readonly Answer[] {
  if (autonomy === undefined) return []
  const answer = (decision: 'allow' | 'ask', reason: string): Answer[] => [{ layer: 'autonomy', decision, ruleId: `autonomy-${autonomy}`, reason }]
  if (autonomy <= 1 && !readingTools.test(call.tool)) return answer('ask', 'at level 1 a person confirms whatever does more than read')
  if (autonomy <= 3 && reachesFurther(call, analysis)) return answer('ask', 'up to level 3 a person confirms whatever runs code of the project')
  if (autonomy <= 2 && changesFiles(call, analysis)) return answer('ask', 'at level 2 a person confirms whatever writes')
  return answer('allow', `level ${autonomy} of autonomy does not ask about it`)
}

/** Whether a call may do more than read and change files: it runs the project's code, or is a tool of which that is not known. */
function reachesFurther(call: PolicyCall, analysis: ShellAnalysis | null): boolean {
  if (call.tool === shellTool) return analysis === null || analysis.commands.some(runsProjectCode)
  return !readingTools.test(call.tool) && !writingTools.has(call.tool)
}

const readingTools = /^(read_file|list_files|glob_files|search_files)$/

/** Running the project's code is running arbitrary code: a sandbox must bound it, or the user must trust the project in so many words. */
export function projectCodeLayer(profile: PolicyProfile, situation: PolicySituation, analysis: ShellAnalysis): readonly Answer[] {
  const runner = analysis.commands.find(runsProjectCode)
  const answer = (decision: 'allow' | 'ask' | 'deny', ruleId: string, reason: string): Answer[] => [{ layer: 'project-code', decision, ruleId, reason }]
  const elsewhere = profile.sandbox.trustsProject ? undefined : analysis.commands.find((command) => followsFolder(command) && liesOutside(command.directory, situation.workspace))
  if (elsewhere !== undefined) return answer('ask', 'project-code-elsewhere', `${elsewhere.program ?? elsewhere.source} would run code of ${elsewhere.directory ?? 'another folder'}, which is not the project's`)
  if (runner === undefined) return []
  const name = runner.program ?? runner.source
  if (profile.situation === 'read-only') return answer('deny', 'project-code-writes', `${name} runs the project's code, which counts as writing`)
  if (situation.sandboxEnforces) return answer('allow', 'project-code-sandboxed', 'the sandbox bounds what the project\'s code can do')
  if (profile.sandbox.trustsProject) return answer('allow', 'project-code-trusted', 'the profile says that this project is trusted')
  return answer('ask', 'project-code', `${name} runs the project's own code and no sandbox bounds it`)
}

/** Whether a command runs what the folder says in which it works: the project's code, or programs that settings of a repository name. */
function followsFolder(command: SimpleCommand): boolean {
  return command.program === 'git' || runsProjectCode(command)
}

function liesOutside(directory: string | null, workspace: string | null): boolean {
  return directory?.startsWith('/') === true && (workspace === null || !`${directory}/`.startsWith(`${workspace}/`))
}

/** Whether a call writes files of the workspace. */
function changesFiles(call: PolicyCall, analysis: ShellAnalysis | null): boolean {
  if (call.tool !== shellTool || analysis === null) return writingTools.has(call.tool)
  return [...analysis.commands.flatMap(({ paths }) => paths), ...analysis.redirects]
    .some(({ path, access }) => access === 'write' && (path === null || !/^\/(dev|tmp)\//.test(path)))
}
