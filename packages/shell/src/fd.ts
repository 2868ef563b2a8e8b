import type { Pending } from './pending.ts'
import { giveUp, type ShellState } from './state.ts'
import { filled } from './find.ts'
import { below } from './names-below.ts'
import { known, unknownWord, type Word } from './words.ts'

const valuesOfFd = /^(-[tedEcj]|--(type|extension|max-depth|exclude|min-depth|color))$/

/** `fd` prints names below the folders that it is given, without the hidden ones. */
export function namesFromFd(values: readonly string[]): ShellState['input'] {
  const words = values.filter((value, index) => !valuesOfFd.test(value) && !valuesOfFd.test(values[index - 1] ?? ''))
  const options = words.filter((value) => value.startsWith('-'))
  if (!options.every((value) => /^(-[Iigs0p]+|--(type|extension|max-depth|exclude|min-depth|color)=.*|--(glob|regex|print0|no-ignore|case-sensitive|ignore-case))$/.test(value))) return null
  const [, ...roots] = words.filter((value) => !value.startsWith('-'))
  if (roots.some((root) => /^[/~]|(^|\/)\./.test(root) && root !== '.')) return null
  return { names: (roots.length === 0 ? ['.'] : roots).flatMap((root) => below(root, [])), separated: options.some((value) => /^(-[a-zA-Z]*0|--print0)/.test(value)) }
}


const executes = /^(-[xX]|--exec|--exec-batch)$/

/** The words of fd without the command that it runs. */
export function withoutCommand(args: readonly Word[]): readonly Word[] {
  const at = args.findIndex(({ value }) => executes.test(value ?? ''))
  return at === -1 ? args : args.slice(0, at)
}

/** The command that fd runs on what it finds: all words after the option, with the name where a mark stands, or at the end. */
export function commandsOfFd(state: ShellState, pending: Pending, args: readonly Word[]): Pending[] {
  const own = withoutCommand(args)
  if (own.length === args.length) return []
  const inner = args.slice(own.length + 1)
  // A second command, a part of a name and a brace that is quoted are not worked out.
  if (inner.length === 0 || inner.some(({ value }) => value === null || value === ';' || executes.test(value) || /\{[./]+\}|\{\{|\}\}/.test(value))) {
    giveUp(state, 'what fd runs on what it finds is not understood')
    return []
  }
  const found = own.every(({ value }) => value !== null) ? namesFromFd(own.map(({ value }) => value ?? ''))?.names ?? null : null
  const names = found ?? [unknownWord('{}')]
  const marked = inner.some(({ value }) => value?.includes('{}') === true)
  const words = filled(marked ? inner : [...inner, known('{}', '{}')], names)
  return [{ ...pending, words, wrappers: [...pending.wrappers, 'fd'] }]
}
