import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { ShellAnalysis } from '@codeforge/contracts/shell-analysis'
import type { LayerAnswer, Verdict } from '@codeforge/contracts/verdict'
import { entryOf, strictness, type Answer } from './answer.ts'
import { argumentPaths, directoryNames, seenFrom, seenInside, unknownShellArgument, withRealPaths } from './call-paths.ts'
import { commandLayer } from './command-layer.ts'
import { judgedCommands, judgedTool } from './judged-text.ts'
import { autonomyLayer, modeLayer, projectCodeLayer, stepLayer } from './layers.ts'
import { pathLayer } from './path-layer.ts'
import { seePaths } from './paths.ts'
import { shellTool, type CallPath, type PolicyCall, type PolicySituation } from './policy-call.ts'
import { judgeSubject } from './profile-layer.ts'

/**
 * Judges one tool call: every layer answers, the strictest answer wins, and where nobody is there an `ask` becomes `deny`.
 * `analysis` is that of the shell tool's command; null for other tools. A shell call without one is not understood and so never allowed.
 */
export function evaluate(profile: PolicyProfile, call: PolicyCall, situation: PolicySituation, analysis: ShellAnalysis | null): Verdict {
  if (call.tool !== shellTool) {
    const named = argumentPaths(call)
    return verdictOf(toolAnswers(profile, call, situation, named), situation.attended, judgedTool(call, named))
  }
  const seen = analysis ?? { commands: [], redirects: [], unknown: ['it was not analysed'] }
  return verdictOf(shellAnswers(profile, call, situation, seen), situation.attended, judgedCommands(seen))
}

function toolAnswers(profile: PolicyProfile, call: PolicyCall, situation: PolicySituation, named: readonly CallPath[]): readonly Answer[] {
  const paths = seePaths(withRealPaths(named, situation.realPaths), situation.workspace)
  const rule = judgeSubject(profile, { call, command: null, paths }, null, situation)
  const placed = pathLayer(profile, paths)
  const around = aroundProfile(call, situation, null)
  return around.length === 0 && placed.length === 1 && placed[0] !== undefined ? [placed[0], rule] : [...around, ...placed, rule]
}

const nothing: readonly Answer[] = []

/** What speaks besides the profile: the mode, the plan's step, the level of autonomy. */
function aroundProfile(call: PolicyCall, situation: PolicySituation, analysis: ShellAnalysis | null): readonly Answer[] {
  const { mode, stepTools, step, autonomy } = situation
  if (mode === null && stepTools === null && step === undefined && autonomy === undefined) return nothing
  return [...modeLayer(call, situation, analysis), ...stepLayer(call, situation), ...autonomyLayer(call, situation, analysis)]
}

function shellAnswers(profile: PolicyProfile, call: PolicyCall, situation: PolicySituation, seen: ShellAnalysis): readonly Answer[] {
  const directory = [...directoryNames].map((name) => call.args[name]).find((value) => typeof value === 'string' && value !== '')
  const unknown = unknownShellArgument(call)
  const inside = seenInside(seen, situation.workspace)
  const analysis = typeof directory === 'string' && directory !== '' && directory !== '.' ? seenFrom(inside, directory) : inside
  const see = (paths: readonly CallPath[]) => seePaths(withRealPaths(paths, situation.realPaths), situation.workspace)
  const redirects = see(analysis.redirects)
  const own = analysis.commands.map(({ paths }) => see(paths))
  const subjects = analysis.commands.length === 0
    ? [{ call, command: null, paths: redirects }]
    : analysis.commands.map((command, index) => ({ call, command, paths: [...own[index] ?? [], ...redirects] }))
  return [
    ...aroundProfile(call, situation, analysis),
    ...pathLayer(profile, [...see(argumentPaths(call)), ...redirects, ...own.flat()]),
    ...subjects.map((subject) => judgeSubject(profile, subject, analysis, situation)),
    ...commandLayer(profile, situation, analysis),
    ...(unknown === undefined ? [] : [{ layer: 'command-safety', decision: 'ask', ruleId: 'argument-unknown', reason: `the argument '${unknown}' of the call is not known` } as const]),
    ...projectCodeLayer(profile, situation, analysis),
  ]
}

function verdictOf(answers: readonly Answer[], attended: boolean, judged: string): Verdict {
  const deciding = decidingOf(answers)
  const unattended = deciding.decision === 'ask' && !attended
  const decision = unattended ? 'deny' : deciding.decision
  return { decision, ruleId: deciding.ruleId, reason: sentence(decision, unattended, deciding), layers: layersOf(answers), judged, unattended }
}

function layersOf(answers: readonly Answer[]): LayerAnswer[] {
  const layers: LayerAnswer[] = []
  for (const answer of answers) layers.push(entryOf(answer))
  return layers
}

/** What allows a call is a rule of the profile. Of refusals a default says only that nothing matched: an answer that knows more explains better. */
function decidingOf(answers: readonly Answer[]): Answer {
  let deciding: Answer | undefined
  for (const answer of answers) if (deciding === undefined || weight(answer) > weight(deciding)) deciding = answer
  if (deciding === undefined) throw new Error('a verdict needs at least one layer')
  return deciding
}

function weight({ decision, layer, ruleId }: Answer): number {
  const explains = decision === 'allow' ? layer === 'profile' : ruleId !== 'default'
  return 2 * strictness[decision] + (explains ? 1 : 0)
}

function sentence(decision: 'allow' | 'ask' | 'deny', unattended: boolean, { reason, instead }: Answer): string {
  if (decision === 'allow') return `Allowed: ${ended(reason)}`
  const words = decision === 'ask' ? 'Needs a person' : unattended ? 'Denied, since nobody is there to be asked' : 'Denied'
  const remedy = instead === undefined ? '' : ` Instead: ${ended(instead)}`
  return `${words}: ${ended(reason)}${remedy}`
}

function ended(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}
