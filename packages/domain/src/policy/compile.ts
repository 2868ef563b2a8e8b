import type { CallMatcher, PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { SimpleCommand } from '@codeforge/contracts/shell-analysis'
import type { Decision } from '@codeforge/contracts/verdict'
import { compileCommand, nameOf, type CompiledCommand } from './command-pattern.ts'
import { nameMatcher, protectedNames, wordMatcher, type Matches } from './globs.ts'
import { lasting, type Answer } from './answer.ts'
import { pathMatcher } from './path-set.ts'

export interface CompiledMatcher {
  readonly tools: Matches | null
  readonly paths: { readonly matches: Matches; readonly names: readonly string[]; readonly access: 'read' | 'write' | null } | null
  readonly command: ((command: SimpleCommand) => boolean) | null
  /** What `command` is made of; null where it says nothing of commands. */
  readonly patterns: readonly CompiledCommand[] | null
  readonly args: readonly { readonly name: string; readonly matches: Matches }[] | null
  /** Whether there are conditions on the run rather than on the call: those that follow. */
  readonly onRun: boolean
  readonly modes: Matches | null
  readonly backends: Matches | null
  readonly fromDepth: number
  readonly untrusted: boolean
  readonly effects: ReadonlySet<string> | null
}

/** A guard or rule ready to be asked; a guard is a rule that denies. */
export interface CompiledRule extends CompiledMatcher {
  readonly decision: Decision
  readonly answer: Answer
}

/** What may speak about calls of one tool, or about commands of one program, in order. */
export interface Bucket {
  readonly guards: readonly CompiledRule[]
  readonly rules: readonly CompiledRule[]
}

export interface CompiledProfile {
  readonly guards: readonly CompiledRule[]
  readonly rules: readonly CompiledRule[]
  readonly blocked: Matches
  readonly blockedNames: readonly string[]
  readonly protected: Matches
  /** A path or two of each glob of protected paths: what a wildcard that crosses folders must not stand for. */
  readonly protectedSamples: readonly string[]
  /** Fixed beginnings of protected paths: removing a folder above one removes it. */
  readonly protectedFolders: readonly string[]
  readonly readable: Matches
  /** `command`: the simple command that is judged; null for another call. */
  bucket(tool: string, command: SimpleCommand | null): Bucket
}

const compiled = new WeakMap<PolicyProfile, CompiledProfile>()
// A run asks of one profile many times over.
let last: { readonly profile: PolicyProfile; readonly made: CompiledProfile } | null = null
/** Names of tools and programs come from a model: what is remembered for them must not grow without end. */
const mostBuckets = 500

/** The matchers of a profile, made once per profile object. They depend on nothing else, so remembering them cannot change a verdict. */
export function compileProfile(profile: PolicyProfile): CompiledProfile {
  if (last?.profile === profile) return last.made
  const known = compiled.get(profile)
  if (known !== undefined) {
    last = { profile, made: known }
    return known
  }
  const guards = profile.guards.map((guard) => compileRule('deny', guard, guard.deny))
  const rules = profile.rules.map((rule) => compileRule(rule.decision, rule, rule.when))
  const byTool = new Map<string, Bucket>()
  const byProgram = new Map<string, Bucket>()
  const ofTool = (tool: string) => remembered(byTool, tool, () => {
    const speaks = ({ tools }: CompiledRule) => tools === null || tools(tool)
    return { guards: guards.filter(speaks), rules: rules.filter(speaks) }
  })
  const made: CompiledProfile = {
    guards,
    rules,
    blocked: pathMatcher(profile.paths.blocked),
    blockedNames: protectedNames(profile.paths.blocked),
    protected: pathMatcher(profile.paths.protected),
    protectedSamples: samplesOf(profile.paths.protected),
    protectedFolders: profile.paths.protected.flatMap((glob) => /^[^*?[{!]+\//.exec(glob.toLowerCase())?.[0] ?? []),
    readable: pathMatcher(profile.paths.readable),
    bucket: (tool, command) => {
      if (command === null) return ofTool(tool)
      const name = nameOf(command)
      return remembered(byProgram, `${tool.length} ${tool} ${name}`, () => {
        const bucket = ofTool(tool)
        return { guards: bucket.guards.flatMap((guard) => ofProgram(guard, name)), rules: bucket.rules.flatMap((rule) => ofProgram(rule, name)) }
      })
    },
  }
  compiled.set(profile, made)
  return made
}

function remembered(buckets: Map<string, Bucket>, key: string, make: () => Bucket): Bucket {
  const found = buckets.get(key)
  if (found !== undefined) return found
  const bucket = make()
  if (buckets.size < mostBuckets) buckets.set(key, bucket)
  return bucket
}

/** A rule as it is for commands of one program: those of its patterns that may fit; none where it cannot speak about them. */
function ofProgram(rule: CompiledRule, name: string): readonly CompiledRule[] {
  if (rule.patterns === null) return [rule]
  const patterns = rule.patterns.filter(({ program }) => program(name))
  return patterns.length === 0 ? [] : [{ ...rule, patterns, command: (command) => patterns.some(({ words }) => words(command)) }]
}

function compileRule(decision: Decision, named: { readonly id: string; readonly because: string; readonly instead?: string | undefined }, matcher: CallMatcher): CompiledRule {
  const answer = lasting({ layer: 'profile', decision, ruleId: named.id, reason: named.because, instead: named.instead })
  return { ...compileMatcher(matcher), decision, answer }
}

function compileMatcher(matcher: CallMatcher): CompiledMatcher {
  const patterns = matcher.commands?.map(compileCommand) ?? null
  return {
    tools: matcher.tools === undefined ? null : nameMatcher(matcher.tools),
    paths: pathsOf(matcher),
    command: patterns === null ? null : (command) => patterns.some(({ program, words }) => program(nameOf(command)) && words(command)),
    patterns,
    args: matcher.args === undefined ? null : Object.entries(matcher.args).map(([name, globs]) => ({ name, matches: anyWord(globs) })),
    onRun: [matcher.modes, matcher.backends, matcher.fromDepth, matcher.context].some((condition) => condition !== undefined),
    modes: matcher.modes === undefined ? null : nameMatcher(matcher.modes),
    backends: matcher.backends === undefined ? null : nameMatcher(matcher.backends),
    fromDepth: matcher.fromDepth ?? 0,
    untrusted: matcher.context === 'untrusted',
    effects: matcher.effects === undefined ? null : new Set(matcher.effects),
  }
}

function pathsOf({ paths, access }: CallMatcher): CompiledMatcher['paths'] {
  if (paths === undefined && access === undefined) return null
  const globs = paths ?? ['**', '/**', '~**']
  return { matches: pathMatcher(globs), names: protectedNames(globs), access: access ?? null }
}

function anyWord(globs: readonly string[]): Matches {
  const matchers = globs.map(wordMatcher)
  return (text) => matchers.some((matches) => matches(text))
}

/** Paths that globs stand for, in small letters. */
function samplesOf(globs: readonly string[]): string[] {
  const plain = globs.filter((glob) => !glob.startsWith('!')).map((glob) => glob.toLowerCase().replace(/^\*\*\//, ''))
  return plain.flatMap((glob) => (glob.endsWith('/**') ? ['yml', 'yaml'].map((ending) => `${glob.slice(0, -2)}x.${ending}`) : [glob])).filter((sample) => !/[*?[{]/.test(sample))
}
