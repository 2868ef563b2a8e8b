import type { Knowledge } from './program-schema.ts'
import type { Word } from './words.ts'

/** What a word of a command is to the program. */
export interface Operand {
  readonly word: Word
  /** The value alone, without the option it is attached to; null where it is not known. */
  readonly value: string | null
  readonly role: 'operand' | 'text' | 'globs' | 'reads' | 'writes' | 'folders' | 'scripts' | 'code'
}

const valued = ['text', 'globs', 'reads', 'writes', 'folders', 'scripts', 'code'] as const
type Valued = (typeof valued)[number]

/** Splits the words of a command into operands and the values of options. Where it is not sure it takes a word for an operand: that hides nothing. */
export function classify(args: readonly Word[], knowledge: Knowledge): readonly Operand[] {
  const found: Operand[] = []
  let onlyOperands = false
  for (let index = 0; index < args.length; index++) {
    const word = args[index]
    if (word === undefined || (index === 0 && knowledge.letters === true && /^[A-Za-z]+$/.test(word.value ?? ''))) continue
    const option = word.value ?? word.prefix
    if (onlyOperands || !isOption(option, knowledge)) {
      found.push(knowledge.assigned === true ? assigned(word, option, knowledge) : { word, value: word.value, role: 'operand' })
    } else if (option === '--') {
      onlyOperands = true
    } else {
      const taken = optionValue(word, option, knowledge)
      const next = args[index + 1]
      if (taken.needsNext !== null && next !== undefined) {
        found.push({ word: next, value: next.value, role: taken.needsNext })
        index++
      }
      found.push(...taken.operands)
    }
  }
  return found
}

/** Whether a word begins with a sign that makes it an option; `+` does so for few programs. */
function isOption(word: string, { operands }: Knowledge): boolean {
  const sign = word.charCodeAt(0)
  return (sign === dash || (sign === plus && operands === 'pattern-read')) && /^[-+]./.test(word)
}

const dash = 45
const plus = 43

/** A word such as `of=FILE`; one that assigns nothing is an operand like any other. */
function assigned(word: Word, option: string, knowledge: Knowledge): Operand {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(option) ?? []
  if (name === undefined) return { word, value: word.value, role: 'operand' }
  return { word, value: word.value === null ? null : value ?? '', role: roleOf(knowledge, name) ?? 'text' }
}

interface Taken { readonly needsNext: Valued | null; readonly operands: readonly Operand[] }
const nothing: Taken = { needsNext: null, operands: [] }

function optionValue(word: Word, option: string, knowledge: Knowledge): Taken {
  const exact = roleOf(knowledge, option)
  if (exact !== null) return { needsNext: exact, operands: [] }
  if (word.value === null) return { needsNext: null, operands: [{ word, value: null, role: roleOf(knowledge, option.split('=')[0] ?? '') ?? 'reads' }] }
  if (option.startsWith('--') || /^-[\w-]+=/.test(option)) return longOption(word, option, knowledge)
  return knowledge.wholeOptions === true ? attachedValue(word, option, knowledge) : cluster(word, option, knowledge)
}

function longOption(word: Word, option: string, knowledge: Knowledge): Taken {
  const sign = option.indexOf('=')
  const name = sign === -1 ? option : option.slice(0, sign)
  const value = sign === -1 ? undefined : option.slice(sign + 1)
  const role = roleOf(knowledge, name) ?? abbreviated(knowledge, name)
  // The next word is hidden only behind an option that is written out.
  if (value === undefined) return role === null || role === 'text' ? nothing : { needsNext: role, operands: [] }
  return { needsNext: null, operands: [{ word, value, role: role ?? 'reads' }] }
}

/** Letters behind one dash: flags, up to one that takes the rest, or the next word, as its value. */
function cluster(word: Word, option: string, knowledge: Knowledge): Taken {
  for (let at = 1; at < option.length; at++) {
    const role = roleOf(knowledge, `-${option.charAt(at)}`)
    if (role === null) continue
    const value = option.slice(at + 1)
    if (value !== '' && (role !== 'text' || at === 1)) return { needsNext: null, operands: [{ word, value, role }] }
    // Letters before may take this one as their value, so that only what hides nothing is believed.
    if (role === 'text' && at > 1) return attachedValue(word, option, knowledge)
    return role === 'text' ? nothing : { needsNext: role, operands: [] }
  }
  return attachedValue(word, option, knowledge)
}

function attachedValue(word: Word, option: string, knowledge: Knowledge): Taken {
  const role = roleOf(knowledge, option.slice(0, 2))
  const value = option.slice(2)
  if (role === 'text' || value === '' || (role === null && !/[./~]/.test(value))) return nothing
  return { needsNext: null, operands: [{ word, value, role: role ?? 'reads' }] }
}

const roles = new WeakMap<Knowledge, ReadonlyMap<string, Valued>>()

function roleOf(knowledge: Knowledge, option: string): Valued | null {
  const known = roles.get(knowledge) ?? rolesIn(knowledge)
  return known.get(option) ?? null
}

/** The roles of all options that some knowledge lists; one that is in several lists has the first. */
function rolesIn(knowledge: Knowledge): ReadonlyMap<string, Valued> {
  const found = new Map(valued.toReversed().flatMap((role) => (knowledge[role] ?? []).map((option) => [option, role] as const)))
  roles.set(knowledge, found)
  return found
}

/** Long options may be shortened as long as no other begins the same. */
function abbreviated(knowledge: Knowledge, name: string): Valued | null {
  if (name.length < 4) return null
  for (const role of byDanger) {
    const options = knowledge[role]
    if (options !== undefined && options.some((option) => option.startsWith(name))) return role
  }
  return null
}

const byDanger = ['writes', 'scripts', 'code', 'reads', 'folders', 'text'] as const

/** An argument by which the program runs something, or reads words from elsewhere, that cannot be told. */
export function escapeAmong(args: readonly Word[], knowledge: Knowledge): Word | undefined {
  if (knowledge.escapes === undefined && knowledge.namesFrom === undefined) return undefined
  for (const word of args) {
    if (word.value === '--') return undefined
    if (isEscape(word.value ?? word.prefix, knowledge)) return word
  }
  return undefined
}

function isEscape(option: string, knowledge: Knowledge): boolean {
  const { escapes = none, namesFrom = none, safe } = knowledge
  if (!escapesByAny(option, escapes, knowledge) && !escapesByAny(option, namesFrom, knowledge)) return false
  const name = beforeSign(option)
  // An option that is written out is not the beginning of a longer one.
  const written = name.startsWith('--') && roleOf(knowledge, name) !== null && !escapes.includes(name)
  return !written && safe?.test(option) !== true
}

function beforeSign(option: string): string {
  const at = option.indexOf('=')
  return at === -1 ? option : option.slice(0, at)
}

const none: readonly string[] = []

function escapesByAny(option: string, starts: readonly string[], knowledge: Knowledge): boolean {
  for (const start of starts) if (escapesBy(option, start, knowledge)) return true
  return false
}

function escapesBy(option: string, start: string, knowledge: Knowledge): boolean {
  if (option.startsWith(start)) return true
  if (option.charCodeAt(0) !== dash) return false
  if (start.startsWith('--')) return option.startsWith('--') && option.length >= 4 && start.startsWith(beforeSign(option))
  if (!/^-[A-Za-z]$/.test(start) || knowledge.wholeOptions === true || !/^-[A-Za-z]/.test(option)) return false
  // In a cluster, before any letter that takes the rest as its value.
  const letters = [...option.slice(1)]
  const valueAt = letters.findIndex((letter) => roleOf(knowledge, `-${letter}`) !== null)
  return letters.slice(0, valueAt === -1 ? letters.length : valueAt).includes(start.slice(1))
}
