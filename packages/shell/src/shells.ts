import { setParameters } from './functions.ts'
import type { Pending } from './pending.ts'
import { follow, fork, giveUp, limits, walkSequence, type ShellState } from './state.ts'
import { checkVariable } from './variables.ts'
import { known, type Word } from './words.ts'

/** Programs that read shell commands: from a text, a file or their input. */
export const shells: ReadonlySet<string> = new Set(['bash', 'sh', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'rbash', 'fish'])

// Words of bash that mean something else to these, or the other way around, are not resolved.
const foreign: ReadonlySet<string> = new Set(['zsh', 'ksh', 'mksh', 'fish'])

interface Actions {
  readonly record: (state: ShellState, pending: Pending, program: string, spelled: string, args: readonly Word[]) => void
  readonly resolveText: typeof resolveText
}

/** A shell as a program: its text is walked, its script is code of the project. */
export function resolveShell(state: ShellState, pending: Pending, program: string, args: readonly Word[], actions: Actions): void {
  const own = args.findIndex((_, index) => !isPlainShellOption(args, index))
  const word = own === -1 ? undefined : args[own]
  const value = word?.value
  if (word === undefined || value === '-s' || value === '-') return resolveInput(state, pending, program, actions)
  if (value === undefined || value === null || word.glob) return giveUp(state, `${program} takes commands from a word that is not known`)
  if (/^-[euxlv]*c$/.test(value)) return resolveScript(state, pending, { program, text: args.slice(own + 1, own + 2), parameters: args.slice(own + 3) }, actions)
  if (value === '-n' || value === '--version' || value === '--help') return actions.record(state, pending, program, program, args)
  if (value.startsWith('-') || value.startsWith('+')) return giveUp(state, `the option ${value} of ${program}`)
  actions.record(state, pending, program, program, args.slice(own))
}

function resolveScript(state: ShellState, pending: Pending, { program, text, parameters }: { program: string; text: readonly Word[]; parameters: readonly Word[] }, actions: Actions): void {
  if (foreign.has(program) && text.some((script) => !/^[\w\s./:,@%+-]*$/.test(script.value ?? '$'))) giveUp(state, `${program} may read its text in another way`)
  actions.resolveText(state, text, true, { ...pending, wrappers: [...pending.wrappers, program], parameters })
}

function resolveInput(state: ShellState, pending: Pending, program: string, actions: Actions): void {
  if (state.stdin === null || foreign.has(program)) {
    actions.record(state, { ...pending, effects: [...pending.effects, 'runs-text'] }, program, program, [])
    return giveUp(state, `${program} takes commands from its input`)
  }
  actions.resolveText(state, [known(state.stdin, state.stdin)], true, { ...pending, wrappers: [...pending.wrappers, program] })
}

const plainSet = /^(--|[-+][euxvEf]*o?|pipefail|errexit|nounset|xtrace|verbose|errtrace)$/

function isPlainShellOption(args: readonly Word[], index: number): boolean {
  const value = args[index]?.value ?? ''
  if (/^[-+][eux]*o$/.test(value)) return plainSet.test(args[index + 1]?.value ?? '')
  if (/^[-+][eux]*o$/.test(args[index - 1]?.value ?? '')) return true
  return /^(-[euxlv]+|--norc|--noprofile|--login|--posix)$/.test(value)
}

/** Commands given as text: walked like a script where the text is known. `ownShell`: what it assigns stays in it. */
export function resolveText(state: ShellState, args: readonly Word[], ownShell: boolean, outer?: Pending): void {
  if (args.length === 0 || args.some(({ value, glob, either }) => value === null || glob || either)) return giveUp(state, 'commands given as text that is not known')
  if (state.depth >= limits.scriptDepth) return giveUp(state, 'scripts within scripts too deep')
  const text = args.map(({ value }) => value ?? '').join(' ')
  const inner: ShellState = { ...fork(state), depth: state.depth + 1, stdin: null, input: ownShell ? null : state.input }
  if (ownShell) {
    inner.variables = new Map()
    inner.functions = new Map()
    inner.aliases = new Map()
    if (outer?.parameters !== undefined) setParameters(inner, outer.parameters, text)
  }
  const before = state.found.commands.length
  if (!inner.parse(text, (root) => { walkSequence(inner, root) })) return giveUp(state, 'commands given as text that cannot be parsed')
  if (outer !== undefined) inherit(state, before, outer)
  if (ownShell) return
  state.variables = inner.variables
  follow(state, inner)
}

/** What a wrapper does to the commands in its text: their rights, and the way they were reached. */
function inherit(state: ShellState, from: number, { wrappers, effects, assignments }: Pending): void {
  for (const { name, value } of assignments) checkVariable(state, name, value, 'programs')
  for (const [index, command] of state.found.commands.entries()) {
    if (index < from) continue
    state.found.commands[index] = { ...command, wrappers: [...wrappers, ...command.wrappers], effects: [...new Set([...effects, ...command.effects])] }
  }
}
