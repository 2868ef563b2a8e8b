import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { ShellAnalysis, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import type { Decision, LayerAnswer, Verdict } from '@codeforge/contracts/verdict'
import { compileProfile, type CompiledMatcher } from './compile.ts'
import { commandLayer, modeLayer, projectCodeLayer, stepLayer, type Answer } from './layers.ts'
import { pathLayer } from './path-layer.ts'
import { placePath } from './paths.ts'
import { pathsOf, shellTool, type CallPath, type PolicyCall, type PolicySituation } from './policy-call.ts'

const strictness: Readonly<Record<Decision, number>> = { allow: 0, ask: 1, deny: 2 }

/**
 * Judges one tool call: every layer answers, the strictest answer wins, and where nobody is there an `ask` becomes `deny`.
 * `analysis` is that of the shell tool's command; null for other tools. A shell call without one is not understood and so never allowed.
 */
export function evaluate(profile: PolicyProfile, call: PolicyCall, situation: PolicySituation, analysis: ShellAnalysis | null): Verdict {
  const isShell = call.tool === shellTool
  const understood: ShellAnalysis | null = isShell ? analysis ?? { commands: [], redirects: [], unknown: ['it was not analysed'] } : null
  const paths = pathsOf(call, understood)
  const answers: Answer[] = [
    ...modeLayer(call, situation, understood),
    ...stepLayer(call, situation),
    ...pathLayer(profile, paths, situation),
    ...profileLayer(profile, call, paths, understood, situation),
    ...(understood === null ? [] : commandLayer(profile, situation, understood)),
    ...(understood === null ? [] : projectCodeLayer(profile, situation, understood)),
  ]
  return verdictOf(answers, situation.attended)
}

/** The profile's own answer: guards, then the first rule that matches, then the default of the situation; per simple command for the shell. */
function profileLayer(profile: PolicyProfile, call: PolicyCall, paths: readonly CallPath[], analysis: ShellAnalysis | null, situation: PolicySituation): Answer[] {
  const subjects: readonly Subject[] = analysis === null || analysis.commands.length === 0
    ? [{ tool: call.tool, command: null, paths, workspace: situation.workspace }]
    : analysis.commands.map((command) => ({ tool: call.tool, command, paths: [...command.paths, ...analysis.redirects], workspace: situation.workspace }))
  return subjects.map((subject) => judgeSubject(profile, subject, analysis))
}

/** What one rule is held against: a call, or one simple command of it. */
export interface Subject {
  readonly tool: string
  readonly command: SimpleCommand | null
  readonly paths: readonly CallPath[]
  readonly workspace: string | null
}

function judgeSubject(profile: PolicyProfile, subject: Subject, analysis: ShellAnalysis | null): Answer {
  const { guards, rules } = compileProfile(profile)
  const guard = profile.guards.find((_, index) => fits(guards[index], subject, 'any'))
  if (guard !== undefined) return { layer: 'profile', decision: 'deny', ruleId: guard.id, reason: guard.because, instead: guard.instead }
  const rule = profile.rules.find(({ decision }, index) => fits(rules[index], subject, decision === 'allow' ? 'all' : 'any'))
  if (rule !== undefined) return { layer: 'profile', decision: rule.decision, ruleId: rule.id, reason: rule.because, instead: rule.instead }
  // A shell text without any command, such as a bare assignment or a redirection: its paths and unknowns are judged by their layers.
  if (analysis !== null && subject.command === null && analysis.unknown.length === 0) {
    return { layer: 'profile', decision: 'allow', ruleId: 'nothing-executes', reason: 'it executes no program' }
  }
  const what = subject.command === null ? `the tool ${subject.tool}` : describe(subject.command)
  return { layer: 'profile', decision: profile.situation === 'read-only' ? 'deny' : 'ask', ruleId: 'default', reason: `no rule of ${profile.name} allows ${what}` }
}

function describe(command: SimpleCommand): string {
  return `the command ${command.source.length > 80 ? `${command.source.slice(0, 80)}...` : command.source}`
}

/** Whether a matcher fits. For allowing, all paths must be in its list; for asking and denying, one is enough. */
export function fits(matcher: CompiledMatcher | undefined, subject: Subject, paths: 'all' | 'any'): boolean {
  if (matcher === undefined) return false
  if (matcher.tools !== null && !matcher.tools(subject.tool)) return false
  if (matcher.command !== null && (subject.command === null || !matcher.command(subject.command))) return false
  if (matcher.paths === null) return true
  const matches = matcher.paths
  const inList = ({ path }: CallPath) => path !== null && matches(placePath(path, subject.workspace).path)
  return paths === 'any' ? subject.paths.some(inList) : subject.paths.length > 0 && subject.paths.every(inList)
}

function verdictOf(answers: readonly Answer[], attended: boolean): Verdict {
  const strictest = answers.reduce((most, answer) => Math.max(most, strictness[answer.decision]), 0)
  const candidates = answers.filter(({ decision }) => strictness[decision] === strictest)
  // What allows a call is a rule of the profile. Of refusals a default says only that nothing matched: an answer that knows more explains better.
  const best = strictest === 0 ? candidates.find(({ layer }) => layer === 'profile') : candidates.find(({ ruleId }) => ruleId !== 'default')
  const deciding = best ?? candidates[0]
  if (deciding === undefined) throw new Error('a verdict needs at least one layer')
  const unattended = deciding.decision === 'ask' && !attended
  const decision = unattended ? 'deny' : deciding.decision
  return { decision, ruleId: deciding.ruleId, reason: sentence(decision, unattended, deciding), layers: answers.map(layerOf), unattended }
}

function sentence(decision: Decision, unattended: boolean, { reason, instead }: Answer): string {
  const words = { allow: 'Allowed', ask: 'Needs a person', deny: unattended ? 'Denied, since nobody is there to be asked' : 'Denied' }[decision]
  const remedy = decision === 'allow' || instead === undefined ? '' : ` Instead: ${instead.replace(/\.?$/, '.')}`
  return `${words}: ${reason.replace(/\.?$/, '.')}${remedy}`
}

function layerOf({ layer, decision, ruleId, reason }: Answer): LayerAnswer {
  return { layer, decision, ruleId, reason }
}
