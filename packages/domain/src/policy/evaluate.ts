import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { ShellAnalysis } from '@codeforge/contracts/shell-analysis'
import type { LayerAnswer, Verdict } from '@codeforge/contracts/verdict'
import { strictness, type Answer } from './answer.ts'
import { argumentPaths, seenFrom, withRealPaths } from './call-paths.ts'
import { commandLayer } from './command-layer.ts'
import { judgedText } from './judged-text.ts'
import { autonomyLayer, modeLayer, projectCodeLayer, stepLayer } from './layers.ts'
import { pathLayer } from './path-layer.ts'
import { shellTool, type CallPath, type PolicyCall, type PolicySituation } from './policy-call.ts'
import { judgeSubject } from './profile-layer.ts'

/**
 * Judges one tool call: every layer answers, the strictest answer wins, and where nobody is there an `ask` becomes `deny`.
 * `analysis` is that of the shell tool's command; null for other tools. A shell call without one is not understood and so never allowed.
 */
export function evaluate(profile: PolicyProfile, call: PolicyCall, situation: PolicySituation, analysis: ShellAnalysis | null): Verdict {
  const answers = call.tool === shellTool
    ? shellAnswers(profile, call, situation, analysis ?? { commands: [], redirects: [], unknown: ['it was not analysed'] })
    : toolAnswers(profile, call, situation)
  return verdictOf(answers, situation.attended, judgedText(call, call.tool === shellTool ? analysis : null))
}

function toolAnswers(profile: PolicyProfile, call: PolicyCall, situation: PolicySituation): readonly Answer[] {
  const paths = withRealPaths(argumentPaths(call), situation.realPaths)
  return [
    ...modeLayer(call, situation, null),
    ...stepLayer(call, situation),
    ...autonomyLayer(call, situation, null),
    ...pathLayer(profile, paths, situation.workspace),
    judgeSubject(profile, { call, command: null, paths }, null, situation),
  ]
}

function shellAnswers(profile: PolicyProfile, call: PolicyCall, situation: PolicySituation, seen: ShellAnalysis): readonly Answer[] {
  const directory = call.args['directory']
  const analysis = typeof directory === 'string' && directory !== '' && directory !== '.' ? seenFrom(seen, directory) : seen
  const real = (paths: readonly CallPath[]) => withRealPaths(paths, situation.realPaths)
  const redirects = real(analysis.redirects)
  const subjects = analysis.commands.length === 0
    ? [{ call, command: null, paths: redirects }]
    : analysis.commands.map((command) => ({ call, command, paths: [...real(command.paths), ...redirects] }))
  const paths = [...real(argumentPaths(call)), ...redirects, ...subjects.flatMap((subject) => subject.paths.slice(0, subject.paths.length - redirects.length))]
  return [
    ...modeLayer(call, situation, analysis),
    ...stepLayer(call, situation),
    ...autonomyLayer(call, situation, analysis),
    ...pathLayer(profile, paths, situation.workspace),
    ...subjects.map((subject) => judgeSubject(profile, subject, analysis, situation)),
    ...commandLayer(profile, situation, analysis),
    ...projectCodeLayer(profile, situation, analysis),
  ]
}

function verdictOf(answers: readonly Answer[], attended: boolean, judged: string): Verdict {
  const deciding = decidingOf(answers)
  const unattended = deciding.decision === 'ask' && !attended
  const decision = unattended ? 'deny' : deciding.decision
  return { decision, ruleId: deciding.ruleId, reason: sentence(decision, unattended, deciding), layers: answers.map(layerOf), judged, unattended }
}

/** What allows a call is a rule of the profile. Of refusals a default says only that nothing matched: an answer that knows more explains better. */
function decidingOf(answers: readonly Answer[]): Answer {
  let strictest = 0
  for (const { decision } of answers) strictest = Math.max(strictest, strictness[decision])
  const candidates = answers.filter(({ decision }) => strictness[decision] === strictest)
  const best = strictest === 0 ? candidates.find(({ layer }) => layer === 'profile') : candidates.find(({ ruleId }) => ruleId !== 'default')
  const deciding = best ?? candidates[0]
  if (deciding === undefined) throw new Error('a verdict needs at least one layer')
  return deciding
}

function sentence(decision: 'allow' | 'ask' | 'deny', unattended: boolean, { reason, instead }: Answer): string {
  const words = { allow: 'Allowed', ask: 'Needs a person', deny: unattended ? 'Denied, since nobody is there to be asked' : 'Denied' }[decision]
  const remedy = decision === 'allow' || instead === undefined ? '' : ` Instead: ${ended(instead)}`
  return `${words}: ${ended(reason)}${remedy}`
}

function ended(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}

function layerOf({ layer, decision, ruleId, reason }: Answer): LayerAnswer {
  return { layer, decision, ruleId, reason }
}
