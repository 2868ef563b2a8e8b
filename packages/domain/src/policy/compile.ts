import type { CallMatcher, CommandPattern, PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { ShellWord, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { nameMatcher, pathMatcher, protectedNames, wordMatcher, type Matches } from './globs.ts'

export interface CompiledMatcher {
  readonly tools: Matches | null
  readonly paths: Matches | null
  readonly command: ((command: SimpleCommand) => boolean) | null
}

export interface CompiledProfile {
  readonly guards: readonly CompiledMatcher[]
  readonly rules: readonly CompiledMatcher[]
  readonly blocked: Matches
  readonly blockedNames: readonly string[]
  readonly readable: Matches
}

const compiled = new WeakMap<PolicyProfile, CompiledProfile>()

/** The matchers of a profile, made once per profile object. They depend on nothing else, so remembering them cannot change a verdict. */
export function compileProfile(profile: PolicyProfile): CompiledProfile {
  const known = compiled.get(profile)
  if (known !== undefined) return known
  const made: CompiledProfile = {
    guards: profile.guards.map(({ deny }) => compileMatcher(deny)),
    rules: profile.rules.map(({ when }) => compileMatcher(when)),
    blocked: pathMatcher(profile.paths.blocked),
    blockedNames: protectedNames(profile.paths.blocked),
    readable: pathMatcher(profile.paths.readable),
  }
  compiled.set(profile, made)
  return made
}

function compileMatcher(matcher: CallMatcher): CompiledMatcher {
  const commands = matcher.commands?.map(compileCommand)
  return {
    tools: matcher.tools === undefined ? null : nameMatcher(matcher.tools),
    paths: matcher.paths === undefined ? null : pathMatcher(matcher.paths),
    command: commands === undefined ? null : (command) => commands.some((matches) => matches(command)),
  }
}

/** Whether a simple command fits a pattern. A word that is not known fits only a bare star. */
export function compileCommand(pattern: CommandPattern): (command: SimpleCommand) => boolean {
  const program = wordMatcher(pattern.program)
  const args = pattern.args?.map((glob) => ({ glob, matches: wordMatcher(glob) }))
  const has = pattern.has?.map(wordMatcher)
  return (command) => command.program !== null && program(command.program)
    && (args === undefined || argumentsFit(args, command.args))
    && (has === undefined || command.args.some(({ value }) => value !== null && has.some((matches) => matches(value))))
}

function argumentsFit(patterns: readonly { readonly glob: string; readonly matches: Matches }[], words: readonly ShellWord[]): boolean {
  for (const [index, { glob, matches }] of patterns.entries()) {
    if (glob === '**' && index === patterns.length - 1) return true
    const word = words[index]
    if (word === undefined || !(glob === '*' || (word.value !== null && matches(word.value)))) return false
  }
  // Patterns speak about leading arguments; to forbid a rest, a pattern names it in `has` of a guard.
  return true
}
