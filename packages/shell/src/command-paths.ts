import type { ShellPath } from '@codeforge/contracts/shell-analysis'
import { programTable, type ProgramKnowledge } from './program-table.ts'
import type { ShellState } from './state.ts'
import type { Word } from './words.ts'

type Access = ShellPath['access']

/** What is known of a program, with what holds for the subcommand it is called with. */
function knowledgeOf(program: string, args: readonly Word[]): ProgramKnowledge | undefined {
  const knowledge = Object.hasOwn(programTable, program) ? programTable[program] : undefined
  const text = knowledge?.textOf?.[args[0]?.value ?? '']
  return knowledge === undefined || text === undefined ? knowledge : { ...knowledge, text }
}

interface Operand {
  readonly word: Word
  /** Without the name of the option it belongs to. */
  readonly value: string | null
  readonly kind: 'operand' | 'option-value' | 'written'
}

const tests: ReadonlySet<string> = new Set(['[', 'test', '[['])

/** Whether unknown arguments can do no harm to a program: they are only text to it. */
export function isInert(program: string): boolean {
  return programTable[program]?.operands === 'text' || tests.has(program)
}

/** The paths that a command names, each for every directory it may run in. */
export function pathsOfCommand(program: string, args: readonly Word[], directories: ShellState['directories']): ShellPath[] {
  const knowledge = knowledgeOf(program, args)
  if (knowledge?.operands === 'text' && !tests.has(program)) return []
  const operands = classify(args, knowledge ?? { operands: 'write' })
  const editing = args.some(({ value }) => value !== null && knowledge?.editing?.test(value) === true)
  const relevant = withoutPattern(operands, args, knowledge)
  const last = relevant.findLastIndex(({ kind }) => kind === 'operand')
  const count = relevant.filter(({ kind }) => kind === 'operand').length
  return relevant.flatMap((operand, index) => {
    const access: Access = operand.kind === 'written' || (operand.kind === 'operand' && (editing || writesOperand(program, knowledge, index === last && count > 1))) ? 'write' : 'read'
    if (operand.value === null) return ignoresUnknown(program, knowledge) ? [] : [unknownPath(operand.word, access)]
    const { glob, source } = operand.word
    return namesIn(operand.value).flatMap((name) => placed(name, source, glob, access, directories))
  })
}

/** A redirection's target in every directory it may be opened from. */
export function pathsOfRedirect(target: Word, access: Access, directories: ShellState['directories']): ShellPath[] {
  return target.value === null ? [unknownPath(target, access)] : placed(target.value, target.source, target.glob, access, directories)
}

/** A path seen from a directory, resolved by text alone. */
export function joinPath(directory: string, path: string): string {
  if (path.startsWith('/') || path.startsWith('~')) return path
  const segments: string[] = []
  const whole = directory === '.' ? path : `${directory}/${path}`
  for (const segment of whole.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop()
    else segments.push(segment)
  }
  return (whole.startsWith('/') ? '/' : '') + (segments.join('/') || (whole.startsWith('/') ? '' : '.'))
}

function placed(path: string, source: string, glob: boolean, access: Access, directories: ShellState['directories']): ShellPath[] {
  if (directories === null) return path.startsWith('/') ? [{ path, source, glob, access }] : [{ path: null, source, glob, access }]
  return directories.map((directory) => ({ path: joinPath(directory, path), source, glob, access }))
}

function unknownPath(word: Word, access: Access): ShellPath {
  return { path: null, source: word.source, glob: false, access }
}

function ignoresUnknown(program: string, knowledge: ProgramKnowledge | undefined): boolean {
  return knowledge?.operands === 'code' || tests.has(program)
}

function writesOperand(program: string, knowledge: ProgramKnowledge | undefined, isTarget: boolean): boolean {
  if (program === 'mv') return true
  return knowledge === undefined || knowledge.operands === 'write' || (knowledge.operands === 'copy' && isTarget)
}

function classify(args: readonly Word[], knowledge: ProgramKnowledge): Operand[] {
  const found: Operand[] = []
  let onlyOperands = false
  for (let index = 0; index < args.length; index++) {
    const word = args[index]
    if (word === undefined) continue
    const option = word.value ?? word.prefix
    if (onlyOperands || !option.startsWith('-') || option === '-') {
      found.push({ word, value: word.value, kind: 'operand' })
    } else if (option === '--') {
      onlyOperands = true
    } else if (takes(knowledge.text, option)) {
      index++
    } else if (takes(knowledge.globs, option)) {
      const next = args[++index]
      if (next !== undefined) found.push(...filter(next, next.value))
    } else if (takes(knowledge.writes, option)) {
      const next = args[++index]
      if (next !== undefined) found.push({ word: next, value: next.value, kind: 'written' })
    } else {
      found.push(...attached(word, knowledge))
    }
  }
  return found
}

function takes(options: readonly string[] | undefined, option: string): boolean {
  return options?.includes(option) === true
}

/** A filter that says which files are read; one that takes files out names none. */
function filter(word: Word, value: string | null): Operand[] {
  return value?.startsWith('!') === true ? [] : [{ word: { ...word, glob: true }, value, kind: 'option-value' }]
}

/** The value that is attached to an option: `--name=value`, `-ovalue`. */
function attached(word: Word, knowledge: ProgramKnowledge): Operand[] {
  if (word.value === null) return [{ word, value: null, kind: 'option-value' }]
  const long = /^(--?[\w-]+)=(.*)$/s.exec(word.value)
  const name = long?.[1] ?? word.value.slice(0, 2)
  const value = long?.[2] ?? (word.value.startsWith('--') ? '' : word.value.slice(2))
  if (takes(knowledge.text, name) || value === '') return []
  if (takes(knowledge.globs, name)) return filter(word, value)
  if (takes(knowledge.writes, name)) return [{ word, value, kind: 'written' }]
  return long !== null || /[./~]/.test(value) ? [{ word, value, kind: 'option-value' }] : []
}

/** Of grep, sed and their like the first operand is a pattern, unless an option gave it. */
function withoutPattern(operands: readonly Operand[], args: readonly Word[], knowledge: ProgramKnowledge | undefined): readonly Operand[] {
  if (knowledge?.operands !== 'pattern-read') return operands
  if (args.some(({ value, prefix }) => /^(-[ef]|--(regexp|file|expression)|--files$)/.test(value ?? prefix))) return operands
  const pattern = operands.findIndex(({ kind }) => kind === 'operand')
  return operands.filter((_, index) => index !== pattern)
}

/** What may be a path in an argument: itself, and what follows `=`, `:` or `@`, as in `HEAD:file` and `if=file`. */
function namesIn(value: string): string[] {
  const names = [value]
  for (const match of value.matchAll(/[=:@]/g)) {
    const rest = value.slice(match.index + 1).replace(/^\([^)]*\)|^[!^/](?=[^/])/, '')
    if (/[./~]/.test(rest) && !rest.startsWith('//')) names.push(rest)
  }
  return names
}
