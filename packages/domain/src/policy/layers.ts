import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { ShellAnalysis, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import type { LayerAnswer } from '@codeforge/contracts/verdict'
import { nameMatcher } from './globs.ts'
import { shellTool, writingTools, type PolicyCall, type PolicySituation } from './policy-call.ts'
import { runsProjectCode } from './project-code.ts'

/** One layer's answer with what may be done instead. */
export interface Answer extends LayerAnswer {
  readonly instead?: string | undefined
}

/** The mode's tool list: what it does not name does not exist. A mode that only reads changes nothing. */
export function modeLayer(call: PolicyCall, situation: PolicySituation, analysis: ShellAnalysis | null): Answer[] {
  const { mode } = situation
  if (mode === null) return []
  const answer = (decision: 'allow' | 'deny', ruleId: string, reason: string): Answer[] => [{ layer: 'mode', decision, ruleId, reason }]
  if (!nameMatcher(mode.tools)(call.tool)) return answer('deny', 'mode-tools', `the mode ${mode.id} has no tool ${call.tool}`)
  if (mode.edits) return answer('allow', 'mode-tools', `the mode ${mode.id} has this tool`)
  const writes = writingTools.has(call.tool) || (call.tool === shellTool && analysis !== null && changesFiles(analysis))
  return writes
    ? answer('deny', 'mode-edits', `the mode ${mode.id} only reads`)
    : answer('allow', 'mode-tools', `the mode ${mode.id} has this tool`)
}

/** The allow-list of the plan's step. */
export function stepLayer(call: PolicyCall, situation: PolicySituation): Answer[] {
  if (situation.stepTools === null) return []
  return situation.stepTools.includes(call.tool)
    ? [{ layer: 'step', decision: 'allow', ruleId: 'step-tools', reason: 'the step allows this tool' }]
    : [{ layer: 'step', decision: 'deny', ruleId: 'step-tools', reason: `the step does not allow the tool ${call.tool}` }]
}

/** What a command may do that no allow rule makes safe: what is not known, privilege, destruction, network. */
export function commandLayer(profile: PolicyProfile, situation: PolicySituation, analysis: ShellAnalysis): Answer[] {
  const ask = (ruleId: string, reason: string, instead?: string): Answer => ({ layer: 'command-safety', decision: 'ask', ruleId, reason, instead })
  const unknown = analysis.unknown[0]
  const answers: Answer[] = unknown === undefined
    ? []
    : [ask('command-unknown', `what the command would do cannot be told from its text (${unknown})`, 'write it plainly, with the values in place')]
  for (const command of analysis.commands) answers.push(...commandAnswers(profile, command, ask))
  // Where the project's code may run anyway, a file with a crafted name can do nothing that this code could not.
  const bounded = profile.situation !== 'read-only' && (situation.sandboxEnforces || profile.sandbox.trustsProject)
  if (!bounded && analysis.commands.some(({ effects }) => effects.includes('splits-names'))) {
    answers.push(ask('names-split', 'a file with a blank in its name would be taken for several', 'pass the names with find -print0 | xargs -0'))
  }
  return answers.length > 0 ? answers : [{ layer: 'command-safety', decision: 'allow', ruleId: 'command-understood', reason: 'everything the command executes is known' }]
}

function commandAnswers(profile: PolicyProfile, command: SimpleCommand, ask: (ruleId: string, reason: string, instead?: string) => Answer): Answer[] {
  const answers: Answer[] = []
  const name = command.program ?? command.source
  if (!command.inert && (command.program === 'git' || !runsProjectCode(command))) {
    const unknown = command.args.find(({ value }) => value === null)
    if (unknown !== undefined) answers.push(ask('argument-unknown', `the argument ${unknown.source} of ${name} cannot be known before it runs`, 'write the value itself'))
  }
  if (command.effects.includes('privileged')) answers.push(ask('command-privileged', `${name} asks for more rights than the run has`))
  if (command.effects.includes('destructive')) answers.push(ask('command-destructive', `${command.source.slice(0, 80)} destroys what cannot be brought back`))
  if (command.effects.includes('exhausts')) answers.push(ask('command-exhausts', `${name} can use up the machine`))
  if (command.effects.includes('network')) answers.push(...networkAnswer(profile, name, ask))
  return answers
}

function networkAnswer(profile: PolicyProfile, name: string, ask: (ruleId: string, reason: string) => Answer): Answer[] {
  const { network } = profile.sandbox
  if (network === 'all') return []
  if (network !== 'none') return [ask('network-hosts', `${name} reaches the network, where only ${network.hosts.join(', ')} may be reached`)]
  return [{
    layer: 'command-safety', decision: 'deny', ruleId: 'network-none', reason: `${name} reaches the network, which this profile does not allow`,
    instead: 'work with what is in the workspace',
  }]
}

/** Running the project's code is running arbitrary code: a sandbox must bound it, or the user must trust the project in so many words. */
export function projectCodeLayer(profile: PolicyProfile, situation: PolicySituation, analysis: ShellAnalysis): Answer[] {
  const runner = analysis.commands.find(runsProjectCode)
  if (runner === undefined) return []
  const answer = (decision: 'allow' | 'ask' | 'deny', ruleId: string, reason: string): Answer[] => [{ layer: 'project-code', decision, ruleId, reason }]
  const name = runner.program ?? runner.source
  if (profile.situation === 'read-only') return answer('deny', 'project-code-writes', `${name} runs the project's code, which counts as writing`)
  if (situation.sandboxEnforces) return answer('allow', 'project-code-sandboxed', 'the sandbox bounds what the project\'s code can do')
  if (profile.sandbox.trustsProject) return answer('allow', 'project-code-trusted', 'the profile says that this project is trusted')
  return answer('ask', 'project-code', `${name} runs the project's own code and no sandbox bounds it`)
}

/** Whether a command writes files of the workspace. */
function changesFiles(analysis: ShellAnalysis): boolean {
  return [...analysis.commands.flatMap(({ paths }) => paths), ...analysis.redirects]
    .some(({ path, access }) => access === 'write' && (path === null || !/^\/(dev|tmp)\//.test(path)))
}
