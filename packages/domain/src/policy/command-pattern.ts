import type { CommandPattern } from '@codeforge/contracts/policy-profile'
import type { ShellWord, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { wordMatcher, type Matches } from './globs.ts'
import { isTextValue } from './text-values.ts'

/** A pattern in two parts: what it says of the program's name, and of its words. */
export interface CompiledCommand {
  readonly program: Matches
  readonly words: (command: SimpleCommand) => boolean
}

/** Makes a pattern ready to be asked. A word that is not known fits only a bare star, and counts as what a pattern must not have. */
export function compileCommand(pattern: CommandPattern): CompiledCommand {
  const program = wordMatcher(pattern.program)
  const args = pattern.args?.map((glob) => ({ glob, matches: wordMatcher(glob) }))
  const has = pattern.has?.map(wordMatcher)
  const lacks = pattern.lacks?.map(wordMatcher)
  const only = pattern.only?.map(wordMatcher)
  const words = (command: SimpleCommand) => (args === undefined || argumentsFit(args, command.args))
    && (has === undefined || command.args.some(({ value }) => value !== null && has.some((matches) => matches(value))))
    && (lacks === undefined || command.args.every((word, index) => isTextValue(command, index) || !mayBe(word, lacks)))
    && (only === undefined || (command.args.length > 0 && command.args.every(({ value, glob }, index) => isTextValue(command, index) || (value !== null && !glob && only.some((matches) => matches(value))))))
  return { program, words }
}

const bySystem = /^\/(usr\/(local\/)?)?s?bin\/[^/]+$/

/** The name by which patterns know a program: one named by a path of the project is that path, so that ./git is not git. */
export function nameOf({ program, spelled }: SimpleCommand): string {
  return program === null || (spelled.includes('/') && !bySystem.test(spelled)) ? spelled : program
}

/** Whether a word may be one of those: of an unknown word only its beginning can rule that out. */
function mayBe({ value, prefix }: ShellWord, matchers: readonly Matches[]): boolean {
  if (value === null) return prefix === '' || prefix.startsWith('-')
  return matchers.some((matches) => matches(value))
}

function argumentsFit(patterns: readonly { readonly glob: string; readonly matches: Matches }[], words: readonly ShellWord[]): boolean {
  for (const [index, { glob, matches }] of patterns.entries()) {
    if (glob === '**' && index === patterns.length - 1) return true
    const word = words[index]
    if (word === undefined || !(glob === '*' || (word.value !== null && matches(word.value)))) return false
  }
  // Patterns speak about leading arguments; what must not follow stands in `lacks`.
  return true
}
