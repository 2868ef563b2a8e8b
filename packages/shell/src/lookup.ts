import { moved } from './directories.ts'
import { blank, complete } from './knowledge.ts'
import type { Knowledge } from './program-schema.ts'
import { hostedKnowledge, modeKnowledge, partKnowledge, programEntry, refined, subcommandsOf } from './program-table.ts'
import type { ShellState } from './state.ts'
import { known, type Word } from './words.ts'

/** What is known about one call of a program: the entry narrowed to its subcommand and mode. */
export interface Lookup {
  readonly knowledge: Knowledge
  readonly listed: boolean
  /** Its words from the subcommand on. */
  readonly args: readonly Word[]
  /** Its words after the subcommand. */
  readonly rest: readonly Word[]
  /** Where it works. */
  readonly directories: ShellState['directories']
  /** Folders and files that options before the subcommand name. */
  readonly leading: readonly Word[]
  /** Why the table does not say what the call does. */
  readonly unknown: readonly string[]
}

const harmless = complete({ operands: 'text' })

/** Finds what holds for a program that is called with some words. */
export function lookUp(program: string, args: readonly Word[], directories: ShellState['directories']): Lookup {
  const entry = programEntry(program)
  const plain: Lookup = { knowledge: entry ?? blank, listed: entry !== undefined, args, rest: args, directories, leading: [], unknown: [] }
  if (entry === undefined) return plain
  if (onlyInforms(entry, args)) return { ...plain, knowledge: harmless }
  const led = entry.subcommands !== undefined || entry.flags !== undefined || entry.values !== undefined
  const found = led ? narrowed(program, plain) : plain
  const knowledge = withMode(found.knowledge, found.rest)
  return { ...found, knowledge: knowledge.hosts === true ? withHosted(knowledge, found.rest.find(({ value }) => value?.startsWith('-') === false)?.value) : knowledge }
}

/** What is known about the words of a program of the project, on top of what holds for the one that runs it. */
function withHosted(knowledge: Knowledge, name: string | null | undefined): Knowledge {
  const entry = typeof name === 'string' ? programEntry(name) : undefined
  return entry === undefined ? knowledge : refined(knowledge, hostedKnowledge(entry))
}

function onlyInforms(knowledge: Knowledge, args: readonly Word[]): boolean {
  const value = args.length === 1 ? args[0]?.value : undefined
  if (value === undefined || value === null || (knowledge.operands === 'text' && knowledge.network !== true)) return false
  return value === '--version' || value === '--help' || knowledge.informs?.includes(value) === true
}

/** Goes past the options before the subcommand, and into it, as often as subcommands have subcommands. */
function narrowed(program: string, start: Lookup): Lookup {
  let leading = leadingOptions(program, start.knowledge, start)
  let { knowledge, rest } = leading
  const unknown = [...leading.unknown]
  const taken: Word[] = []
  for (let subcommands = subcommandsOf(knowledge); subcommands !== null; subcommands = subcommandsOf(knowledge)) {
    const first = rest[0]
    // Without one it tells how it is used, or does what the entry says.
    if (first === undefined) break
    const name = first.value
    const part = name === null ? undefined : subcommands.get(name)
    if (part === undefined) {
      if (knowledge.otherwise === undefined) unknown.push(`${program} ${first.source}, which the program table does not list`)
      else knowledge = refined(knowledge, partKnowledge(knowledge.otherwise))
      break
    }
    const inside = refined(knowledge, partKnowledge(part))
    knowledge = knowledge.hosts === true ? withHosted(inside, name) : inside
    taken.push(first)
    rest = rest.slice(1)
    if (inside.flags === undefined && inside.values === undefined) continue
    const more = leadingOptions(program, inside, { ...leading, rest })
    leading = { ...more, leading: [...leading.leading, ...more.leading] }
    unknown.push(...more.unknown)
    rest = more.rest
  }
  return { ...leading, knowledge, args: [...taken, ...rest], rest, unknown }
}

function leadingOptions(program: string, knowledge: Knowledge, start: Lookup): Lookup {
  const leading: Word[] = []
  const unknown: string[] = []
  let { directories, rest } = start
  for (;;) {
    const option = leadingOption(knowledge, rest)
    if (option === null) break
    rest = rest.slice(option.words)
    if (option.role === 'folders') directories = moved(directories, option.operand)
    if ((option.role === 'folders' || option.role === 'reads') && option.operand !== undefined) leading.push(option.operand)
    const { source = '', value = null } = option.operand ?? {}
    if (option.name === '-c' && knowledge.settings?.test(value ?? '') !== true) unknown.push(`the setting ${source} of ${program}`)
  }
  const strange = strangeOption(knowledge, rest)
  if (strange !== null) unknown.push(`the option ${strange} of ${program}`)
  return { ...start, args: rest, rest, directories, leading, unknown }
}

/** An option in the place of a subcommand that is none, and does more than tell something. */
function strangeOption(knowledge: Knowledge, words: readonly Word[]): string | null {
  const option = words[0]?.value ?? ''
  if (!option.startsWith('-') || knowledge.subcommands === undefined) return null
  return subcommandsOf(knowledge)?.has(option) === true || onlyInforms(knowledge, words) ? null : option
}

interface LeadingOption {
  readonly name: string
  readonly role: 'flags' | 'values' | 'folders' | 'reads'
  readonly operand: Word | undefined
  /** How many words it takes, its own included. */
  readonly words: number
}

/** The option at the beginning of some words, where the table lists it as one that may stand before a subcommand. */
function leadingOption(knowledge: Knowledge, words: readonly Word[]): LeadingOption | null {
  const [word, next] = words
  const value = word?.value ?? ''
  if (word === undefined || (value === '' && word.prefix === '')) return null
  const [name = '', attached] = value.startsWith('--') ? value.split(/=(.*)/s) : [value]
  const counted = countedFlag(knowledge, word, next)
  if (counted > 0) return { name, role: 'flags', operand: undefined, words: counted }
  const lists = knowledge.subcommands === undefined ? (['flags', 'values', 'folders'] as const) : (['flags', 'values', 'folders', 'reads'] as const)
  const role = lists.find((list) => knowledge[list]?.includes(list === 'flags' ? value : name) === true)
  if (role === undefined) return null
  if (role === 'flags') return { name, role, operand: undefined, words: 1 }
  return attached === undefined ? { name, role, operand: next, words: 2 } : { name, role, operand: known(value, attached), words: 1 }
}

/** How many words a flag takes that may be followed by a number, such as `-j 4`, `-j4` and `-j`; 0 where it is none. */
function countedFlag({ flags = [] }: Knowledge, { value, prefix }: Word, next: Word | undefined): number {
  const option = value ?? prefix
  const flag = flags.find((listed) => listed.endsWith('#') && option.startsWith(listed.slice(0, -1)))
  if (flag === undefined) return 0
  const rest = option.slice(flag.length - 1)
  if (value !== null && rest === '' && next?.numeric === true) return 2
  return /^\d*$/.test(rest) ? 1 : 0
}

/** The first mode that an option, or the first word, chooses. */
function withMode(knowledge: Knowledge, args: readonly Word[]): Knowledge {
  for (const raw of knowledge.modes ?? []) {
    const { when, then } = modeKnowledge(raw)
    const asks = ({ value, prefix }: Word, index: number) => (index === 0 || (value ?? prefix).startsWith('-')) && when.test(value ?? prefix)
    if (args.some(asks)) return refined(knowledge, then)
  }
  return knowledge
}
