import { lookUp } from './lookup.ts'
import type { ShellState } from './state.ts'
import type { Word } from './words.ts'

/**
 * Whether names of a list could say what a program does: which of them comes first, and whether it is there at all, nobody knows. `git $(git
 * ls-files status push)` pushes where only a file of that name is known.
 */
export function choosesByNames(state: ShellState, program: string, args: readonly Word[]): boolean {
  const names = args.filter(isName)
  if (names.length < 2) return false
  const before = args.slice(0, args.findIndex(isName))
  const last = before.findLast(({ value }) => value?.startsWith('-') !== true || value === '-m')?.value
  if (last === null || goesOn.test(last ?? '')) return true
  const { knowledge, listed, rest } = lookUp(program, before, state.directories)
  if (knowledge.subcommands !== undefined && rest.length === 0) return true
  if (last !== undefined) return false
  return !listed || takesScript.test(program) || knowledge.wrapper !== undefined || (knowledge.project === true && knowledge.edits === undefined)
}

/** A name without a wildcard is that very word to whoever reads it. */
function isName({ listed, reference, value }: Word): boolean {
  return listed && !reference && value !== null && !/[*?[]/.test(value)
}

const goesOn = /^(run|run-script|exec|x|dlx|task|tool|workspace|-m|test:|script)$/
const takesScript = /^([a-z]*sh|eval|source|\.|find|awk|sed|git|perl|ruby|node|python)$/
