import type { CommandEffect } from '@codeforge/contracts/shell-analysis'
import { filled } from './find.ts'
import type { Pending } from './pending.ts'
import type { WrapperKnowledge } from './program-table.ts'
import { giveUp, type ShellState } from './state.ts'
import { checkVariable } from './variables.ts'
import { known, unknownWord, type Word } from './words.ts'

/** What a wrapper's own words say, and where those of the inner command begin. */
interface OwnWords {
  readonly count: number
  readonly options: readonly string[]
  readonly assignments: Pending['assignments']
}

/** The command inside a wrapper; a wrapper without one comes back as it is, with no words. */
export function unwrap(state: ShellState, pending: Pending, name: string, knowledge: WrapperKnowledge): Pending {
  const args = pending.words.slice(1)
  const own = ownWords(state, name, knowledge, args)
  const rest = args.slice(own.count + knowledge.operands)
  const effects: CommandEffect[] = knowledge.privileged === true ? [...pending.effects, 'privileged'] : [...pending.effects]
  const inner: Pending = { ...pending, words: rest, wrappers: [...pending.wrappers, name], assignments: [...pending.assignments, ...own.assignments], effects }
  return name === 'xargs' && rest.length > 0 ? withInput(state, inner, own.options) : inner
}

function ownWords(state: ShellState, name: string, knowledge: WrapperKnowledge, args: readonly Word[]): OwnWords {
  const assignments: { name: string; value: Word }[] = []
  const options: string[] = []
  let index = 0
  for (; index < args.length; index++) {
    const word = args[index]
    if (word === undefined || word.value === null) {
      giveUp(state, `an argument of ${name} is not known`)
      break
    }
    const { value } = word
    const assigned = name === 'env' || name === 'sudo' ? /^([A-Za-z_]\w*)=(.*)$/s.exec(value) : null
    if (assigned?.[1] !== undefined) {
      checkVariable(state, assigned[1])
      assignments.push({ name: assigned[1], value: known(word.source, assigned[2] ?? '') })
    } else if (knowledge.values.includes(value)) options.push(`${value}${args[++index]?.value ?? ''}`)
    else if (!value.startsWith('-')) break
    else options.push(value)
  }
  const strange = options.find((option) => !isKnownOption(name, knowledge, option))
  if (strange !== undefined) giveUp(state, `the option ${strange} of ${name}`)
  return { count: index, options, assignments }
}

function isKnownOption(name: string, { flags, values }: WrapperKnowledge, option: string): boolean {
  return flags.includes(option) || values.some((start) => option.startsWith(start)) || (name === 'nice' && /^-\d+$/.test(option))
}

/** The words that xargs adds from its input: what the command before it in the pipe prints, where that is known. */
function withInput(state: ShellState, inner: Pending, options: readonly string[]): Pending {
  const fromFile = options.some((option) => /^(-a|--arg-file)/.test(option))
  if (fromFile) giveUp(state, 'xargs reads its words from a file')
  const input = fromFile ? null : state.input
  const added = input === null ? [unknownWord('(input of xargs)')] : input.names
  const whole = input !== null && input.separated && options.some((option) => option === '-0' || option === '--null')
  const effects: CommandEffect[] = input === null || whole ? [...inner.effects] : [...inner.effects, 'splits-names']
  const mark = options.find((option) => option.startsWith('-I'))?.slice('-I'.length)
  return { ...inner, effects, words: mark === undefined ? [...inner.words, ...added] : filled(inner.words, added, mark) }
}
