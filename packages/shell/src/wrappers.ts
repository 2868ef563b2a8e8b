import type { CommandEffect } from '@codeforge/contracts/shell-analysis'
import { filled, onlyLooks } from './find.ts'
import type { Pending } from './pending.ts'
import type { Knowledge } from './program-schema.ts'
import { giveUp, type ShellState } from './state.ts'
import { known, unknownWord, type Word } from './words.ts'

export type Wrapper = NonNullable<Knowledge['wrapper']>

/** What a wrapper's own words say, and where those of the inner command begin. */
export interface Unwrapped {
  /** The inner command; without words where there is none. */
  readonly inner: Pending
  /** Shell scripts that its options give; null where one is not known. */
  readonly scripts: readonly (Word | null)[]
  /** Files that the wrapper itself opens. */
  readonly files: readonly Word[]
}

interface OwnWords {
  readonly count: number
  readonly options: readonly string[]
  readonly scripts: readonly (Word | null)[]
  readonly assignments: Pending['assignments']
}

/** The command inside a wrapper. `args`: the words after the wrapper's name. */
export function unwrap(state: ShellState, pending: Pending, name: string, knowledge: Knowledge & { readonly wrapper: Wrapper }, args: readonly Word[]): Unwrapped {
  const { wrapper } = knowledge
  const own = ownWords(state, name, wrapper, args)
  const rest = args.slice(own.count + wrapper.operands)
  const effects: CommandEffect[] = [...pending.effects]
  if (knowledge.privileged === true) effects.push('privileged')
  if (knowledge.network === true) effects.push('network')
  if (knowledge.interactive === true) effects.push('interactive')
  const inner: Pending = { ...pending, words: rest, wrappers: [...pending.wrappers, name], assignments: [...pending.assignments, ...own.assignments], effects }
  return {
    inner: wrapper.appends === true && rest.length > 0 ? withInput(state, inner, own.options) : inner,
    scripts: own.scripts,
    files: wrapper.access === undefined ? [] : args.slice(own.count, own.count + wrapper.operands),
  }
}

function ownWords(state: ShellState, name: string, wrapper: Wrapper, args: readonly Word[]): OwnWords {
  const assignments: { name: string; value: Word }[] = []
  const options: string[] = []
  const scripts: (Word | null)[] = []
  let index = 0
  for (; index < args.length; index++) {
    const word = args[index]
    if (word === undefined) break
    const { value } = word
    if (value === null || word.glob) {
      if (/^(-|$)/.test(word.prefix)) giveUp(state, `an argument of ${name} is not known`)
      break
    }
    const assigned = assignmentIn(wrapper, word.source, value)
    if (assigned !== null) assignments.push(assigned)
    else if (wrapper.scripts.includes(value)) scripts.push(args[++index] ?? null)
    else if (wrapper.values.includes(value)) options.push(`${value}${valueOf(state, `${name} ${value}`, args[++index])}`)
    else if (value === '--') { index++; break }
    else if (!isOption(wrapper, value)) break
    else options.push(value)
  }
  const strange = options.find((option) => !isKnownOption(name, wrapper, option))
  if (strange !== undefined) giveUp(state, `the option ${strange} of ${name}`)
  return { count: index, options, scripts, assignments }
}

function assignmentIn(wrapper: Wrapper, source: string, text: string): { name: string; value: Word } | null {
  // Whatever stands before the sign: `env` knows no rules for names.
  const [, name, value = ''] = (wrapper.assigns === true ? /^([^=]*)=(.*)$/s.exec(text) : null) ?? []
  return name === undefined ? null : { name, value: known(source, value) }
}

/** To `env` a lone `-` is the same as -i. */
function isOption(wrapper: Wrapper, value: string): boolean {
  return /^-./.test(value) || (value === '-' && wrapper.assigns === true)
}

/** Without quotes an unknown word may be none at all, or several: what follows it is then not what it seems. */
function valueOf(state: ShellState, option: string, given: Word | undefined): string {
  if (given?.value === null || given?.glob === true) giveUp(state, `the value of ${option} is not known`)
  return given?.value ?? ''
}

function isKnownOption(name: string, { flags, values }: Wrapper, option: string): boolean {
  return option === '-' || flags.includes(option) || values.some((start) => option.startsWith(start)) || (name === 'nice' && /^-\d+$/.test(option))
}

function namesFor(inner: Pending, input: ShellState['input']): readonly Word[] {
  if (input === null) return [unknownWord('(words from the input)')]
  return input.below !== undefined && onlyLooks(inner.words) ? input.below : input.names
}

/** The sign in whose place xargs puts each line; undefined where it adds words at the end. */
function markAmong(options: readonly string[]): string | undefined {
  return options.find((option) => option.startsWith('-I'))?.slice('-I'.length) ?? (options.includes('-i') ? '{}' : undefined)
}

/** The words that xargs adds from its input: what the command before it in the pipe prints, where that is known. */
function withInput(state: ShellState, inner: Pending, options: readonly string[]): Pending {
  const fromFile = options.some((option) => /^(-a|--arg-file)/.test(option))
  if (fromFile) giveUp(state, 'words are read from a file')
  const input = fromFile ? null : state.input
  const added = namesFor(inner, input).map((name): Word => ({ ...name, listed: true }))
  const whole = input !== null && input.names.every(({ reference }) => reference) || input !== null && input.separated && options.some((option) => option === '-0' || option === '--null')
  const effects: CommandEffect[] = input === null || whole ? [...inner.effects] : [...inner.effects, 'splits-names']
  const mark = markAmong(options)
  return { ...inner, effects, words: mark === undefined ? [...inner.words, ...added] : filled(inner.words, added, mark) }
}
