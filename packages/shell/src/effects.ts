import type { CommandEffect } from '@codeforge/contracts/shell-analysis'
import { isAnchored, joinPath } from './directories.ts'
import { classify } from './operands.ts'
import type { Knowledge } from './program-schema.ts'
import { known, type Word } from './words.ts'

/** What a command may do besides its paths. `piped`: what it prints goes to another program. */
export function effectsOf(knowledge: Knowledge, listed: boolean, args: readonly Word[], piped: boolean): CommandEffect[] {
  // What nobody knows may run anything.
  if (!listed) return ['project-code']
  const effects: CommandEffect[] = []
  if (knowledge.network === true || matches(args, knowledge.online)) effects.push('network')
  if (knowledge.privileged === true) effects.push('privileged')
  if (destroys(knowledge, args)) effects.push('destructive')
  if (runsText(knowledge, args)) effects.push('runs-text')
  if (knowledge.project === true) effects.push('project-code')
  if (knowledge.interactive === true && !piped) effects.push('interactive')
  if (exhausts(knowledge, args)) effects.push('exhausts')
  if (takesCraftedNames(knowledge, args)) effects.push('splits-names')
  return effects
}

function matches(args: readonly Word[], pattern: RegExp | undefined): boolean {
  return pattern !== undefined && args.some(({ value, prefix }) => pattern.test(value ?? prefix))
}

function runsText(knowledge: Knowledge, args: readonly Word[]): boolean {
  const { code = [] } = knowledge
  if (code.length === 0 && knowledge.input !== true) return false
  const operand = args.findIndex(({ value, prefix }) => !(value ?? prefix).startsWith('-'))
  const options = operand === -1 ? args : args.slice(0, operand)
  const valued = [...knowledge.reads ?? [], ...knowledge.folders ?? [], ...knowledge.text ?? []].filter((option) => /^-[A-Za-z]$/.test(option))
  const takesValue = (option: string) => valued.some((start) => option.startsWith(start) && option.length > 2)
  if (options.some(({ value, prefix }) => !takesValue(value ?? prefix) && code.some((start) => startsWithOption(value ?? prefix, start)))) return true
  const informs = options.some(({ value }) => value !== null && knowledge.informs?.includes(value) === true)
  return knowledge.input === true && !informs && (operand === -1 || args.some(({ value }) => value === '-'))
}

function startsWithOption(option: string, start: string): boolean {
  return option.startsWith(start) || (/^-[A-Za-z]$/.test(start) && new RegExp(`^-[A-Za-z0]*${start.slice(1)}`).test(option))
}

function exhausts(knowledge: Knowledge, args: readonly Word[]): boolean {
  return knowledge.exhausts === true || matches(args, knowledge.exhausts) || readsEndless(knowledge, args)
}

function destroys({ destructive }: Knowledge, args: readonly Word[]): boolean {
  if (destructive === undefined || destructive === true) return destructive === true
  const operands = args.filter(({ value, prefix }) => !/^-./.test(value ?? prefix)).map((word) => (word.value !== null && isAnchored(word.value) ? known(word.source, joinPath('.', word.value)) : word))
  // `src/../.` is `.` by another name.
  const places = [...operands, ...operands.map((word) => (word.value === null ? word : known(word.source, joinPath('.', word.value))))]
  return destructive.some(({ option, operand, count, unless }) =>
    (option === undefined || matches(args, option)) && (operand === undefined || matches(places, operand)) && operands.length >= (count ?? 0) && !matches(args, unless))
}

const endless = /(^|=)\/dev\/(zero|urandom|random|full)$/

/** Copying from a device that never ends, with nothing that ends it. */
function readsEndless({ operands }: Knowledge, args: readonly Word[]): boolean {
  return operands !== 'text' && operands !== undefined && args.some(({ value }) => value !== null && endless.test(value)) && !args.some(({ value }) => value !== null && /^(count=|-c|-n|--bytes)/.test(value))
}

/** A wildcard at the start of an operand may become a name that begins with a dash, which is then an option. */
function takesCraftedNames(knowledge: Knowledge, args: readonly Word[]): boolean {
  if (!args.some(({ glob }) => glob)) return false
  const { escapes, writes, code, scripts, edits, modes, operands } = knowledge
  const listening = operands === 'script-read' || [escapes, writes, code, scripts, edits, modes].some((what) => what !== undefined)
  if (!listening) return false
  const end = args.findIndex(({ value }) => value === '--' || (knowledge.optionsFirst === true && value?.startsWith('-') === false))
  const optionsEnd = end === -1 ? args.length : end
  const open = new Set(args.slice(0, optionsEnd).filter(({ value, glob }) => glob && value !== null && /^[*?[-]/.test(value)))
  return open.size > 0 && classify(args, knowledge).some(({ word, role }) => role === 'operand' && open.has(word))
}
