import type { PolicyExampleCall, PolicyProfile } from '@codeforge/contracts/policy-profile'
import { argumentPaths } from './call-paths.ts'
import { compileProfile, type CompiledMatcher } from './compile.ts'
import { evaluate } from './evaluate.ts'
import { commandOf, shellTool, type AnalyseCommand, type PolicyCall, type PolicySituation } from './policy-call.ts'
import { seePaths } from './paths.ts'
import { fits } from './profile-layer.ts'

/** An example that does not come out as written. */
export interface FailingExample {
  /** Where it stands: `examples[3]`, `rule read-files, matches[0]`. */
  readonly where: string
  readonly call: PolicyCall
  readonly expected: string
  readonly got: string
}

/** Runs all examples of a profile, judged as if the sandbox that it demands is there; returns those that fail. */
export function checkExamples(profile: PolicyProfile, analyse: AnalyseCommand): FailingExample[] {
  const { guards, rules } = compileProfile(profile)
  return [
    ...profile.guards.flatMap((guard, index) => checkRule(`guard ${guard.id}`, guard, guards[index], analyse)),
    ...profile.rules.flatMap((rule, index) => checkRule(`rule ${rule.id}`, rule, rules[index], analyse)),
    ...profile.examples.flatMap((example, index) => checkExample(profile, index, example, analyse)),
  ]
}

/** The situation in which a profile's examples are judged. */
export function exampleSituation(profile: PolicyProfile, attended: boolean): PolicySituation {
  return { attended, sandboxEnforces: profile.sandbox.need !== 'none', workspace: null, mode: null, stepTools: null }
}

interface WithExamples {
  readonly matches: readonly PolicyExampleCall[]
  readonly not: readonly PolicyExampleCall[]
}

function checkRule(name: string, rule: WithExamples, matcher: CompiledMatcher | undefined, analyse: AnalyseCommand): FailingExample[] {
  const check = (list: 'matches' | 'not', expected: string, got: string) => rule[list].flatMap((example, index): FailingExample[] => {
    const call = callOf(example)
    const matched = touches(matcher, call, analyse)
    return matched === (list === 'matches') ? [] : [{ where: `${name}, ${list}[${index}]`, call, expected, got }]
  })
  return [...check('matches', 'matches', 'does not match'), ...check('not', 'does not match', 'matches')]
}

/** Whether a matcher speaks about a call at all: about one simple command of it suffices. What it says of the run is taken as given. */
function touches(matcher: CompiledMatcher | undefined, call: PolicyCall, analyse: AnalyseCommand): boolean {
  if (matcher === undefined) return false
  const bare = { ...matcher, onRun: false }
  const command = commandOf(call)
  if (command === null) return fits(bare, { call, command: null, paths: seePaths(argumentPaths(call), null) }, 'any', anywhere)
  const analysis = analyse(command)
  return analysis.commands.some((simple) => fits(bare, { call, command: simple, paths: seePaths([...simple.paths, ...analysis.redirects], null) }, 'any', anywhere))
}

const anywhere: PolicySituation = { attended: false, sandboxEnforces: true, workspace: null, mode: null, stepTools: null }

function checkExample(profile: PolicyProfile, index: number, example: PolicyProfile['examples'][number], analyse: AnalyseCommand): FailingExample[] {
  const call = callOf(example.call)
  const command = commandOf(call)
  const verdict = evaluate(profile, call, exampleSituation(profile, example.situation === 'attended'), command === null ? null : analyse(command))
  const rightRule = example.ruleId === undefined || verdict.ruleId === example.ruleId
  if (verdict.decision === example.decision && rightRule) return []
  const expected = example.ruleId === undefined ? example.decision : `${example.decision} by ${example.ruleId}`
  return [{ where: `examples[${index}]`, call, expected, got: `${verdict.decision} by ${verdict.ruleId}: ${verdict.reason}` }]
}

function callOf(example: PolicyExampleCall): PolicyCall {
  return typeof example === 'string' ? { tool: shellTool, args: { command: example } } : example
}
