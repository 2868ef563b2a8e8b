import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { ShellAnalysis, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import type { Answer } from './answer.ts'
import { compileProfile, type CompiledMatcher } from './compile.ts'
import { wildcardHits } from './globs.ts'
import type { SeenPath } from './paths.ts'
import type { PolicyCall, PolicySituation } from './policy-call.ts'

/** What a guard or rule is held against: a call, or one simple command of it, with the paths that it names. */
export interface Subject {
  readonly call: PolicyCall
  readonly command: SimpleCommand | null
  readonly paths: readonly SeenPath[]
}

/** The profile's own answer: guards, then the first rule that matches, then the default of the situation. */
export function judgeSubject(profile: PolicyProfile, subject: Subject, analysis: ShellAnalysis | null, situation: PolicySituation): Answer {
  const { guards, rules } = compileProfile(profile).bucket(subject.call.tool, subject.command)
  for (const guard of guards) if (fitsToo(guard, subject, 'any', situation)) return guard.answer
  for (const rule of rules) if (fitsToo(rule, subject, rule.decision === 'allow' ? 'all' : 'any', situation)) return rule.answer
  // A shell text without any command, such as a bare assignment or a redirection: its paths and unknowns are judged by their layers.
  if (analysis !== null && subject.command === null && analysis.unknown.length === 0) {
    return { layer: 'profile', decision: 'allow', ruleId: 'nothing-executes', reason: 'it executes no program' }
  }
  const what = subject.command === null ? `the tool ${subject.call.tool}` : describe(subject.command)
  return { layer: 'profile', decision: profile.situation === 'read-only' ? 'deny' : 'ask', ruleId: 'default', reason: `no rule of ${profile.name} allows ${what}` }
}

function describe({ source }: SimpleCommand): string {
  return `the command ${source.length > 80 ? `${source.slice(0, 80)}...` : source}`
}

/** Whether a matcher fits. For allowing, all paths must be in its list; for asking and denying, one that may be is enough. */
export function fits(matcher: CompiledMatcher, subject: Subject, quantity: 'all' | 'any', situation: PolicySituation): boolean {
  return (matcher.tools === null || matcher.tools(subject.call.tool)) && fitsToo(matcher, subject, quantity, situation)
}

/** The same of a matcher that speaks about the tool. */
function fitsToo(matcher: CompiledMatcher, subject: Subject, quantity: 'all' | 'any', situation: PolicySituation): boolean {
  if (matcher.onRun && !runFits(matcher, situation)) return false
  if (matcher.command !== null && (subject.command === null || !matcher.command(subject.command))) return false
  if (matcher.effects !== null && !subject.command?.effects.some((effect) => matcher.effects?.has(effect))) return false
  if (matcher.args !== null && !argsFit(matcher.args, subject.call)) return false
  return matcher.paths === null || pathsFit(matcher.paths, subject.paths, quantity)
}

function runFits({ modes, backends, fromDepth, untrusted }: CompiledMatcher, situation: PolicySituation): boolean {
  if (modes !== null && (situation.mode === null || !modes(situation.mode.id))) return false
  if (backends !== null && !backends(situation.backend ?? 'native')) return false
  return (situation.depth ?? 0) >= fromDepth && (!untrusted || situation.untrusted === true)
}

function argsFit(wanted: NonNullable<CompiledMatcher['args']>, { args }: PolicyCall): boolean {
  return wanted.every(({ name, matches }) => {
    const value = Object.hasOwn(args, name) ? args[name] : undefined
    if (value === undefined || value === null) return false
    return matches(typeof value === 'string' ? value : JSON.stringify(value))
  })
}

function pathsFit({ matches, names, access }: NonNullable<CompiledMatcher['paths']>, paths: readonly SeenPath[], quantity: 'all' | 'any'): boolean {
  const all = quantity === 'all'
  for (const named of paths) {
    const fitting = named.placed !== null && (access === null || named.access === access)
      && (matches(named.folded) || (!all && named.glob && wildcardHits(named.folded, names)))
    if (fitting !== all) return !all
  }
  return all && paths.length > 0
}
