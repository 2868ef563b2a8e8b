import type { CommandEffect, ShellWord, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import type { Node } from 'web-tree-sitter'
import { isInert, joinPath, pathsOfCommand } from './command-paths.ts'
import { effectsOf } from './effects.ts'
import { harmlessVariables, meaningfulVariables, opaquePrograms, programTable, wrapperTable } from './program-table.ts'
import { safeScript } from './scripts.ts'
import { fork, giveUp, limits, type ShellState } from './state.ts'
import { known, unknownWord, type Word } from './words.ts'

/** A command on its way to its program. */
export interface Pending {
  readonly words: readonly Word[]
  readonly source: string
  readonly wrappers: readonly string[]
  readonly assignments: readonly { readonly name: string; readonly value: Word | null }[]
  readonly effects: readonly CommandEffect[]
}

/** Walks a script's root; handed in so that commands and statements can be in two files. */
export type WalkRoot = (state: ShellState, root: Node) => void

/** Resolves a command through its wrappers and records every simple command it comes to. */
export function resolveCommand(state: ShellState, pending: Pending, walk: WalkRoot): void {
  const [first, ...args] = pending.words
  if (first === undefined) return
  if (first.value === null || first.glob || first.value === '') {
    giveUp(state, `the program ${first.source} is not known`)
    record(state, pending, null, first.source, args)
    return
  }
  const program = programName(first.value)
  const bySystem = !first.value.includes('/') || /^\/(usr\/(local\/)?)?s?bin\//.test(first.value)
  if (!bySystem) return record(state, pending, program, first.value, args)
  if (program === 'bash' || program === 'sh' || program === 'dash') return resolveShell(state, pending, program, args, walk)
  if (program === 'eval') return resolveText(state, args, walk, false)
  if (program === 'command' && args[0]?.value !== undefined && /^-[vV]+$/.test(args[0].value ?? '')) return record(state, pending, 'type', 'command', args.slice(1))
  const wrapper = wrapperTable[program]
  if (wrapper !== undefined) return unwrap(state, pending, program, args, walk)
  record(state, pending, program, first.value, args)
  if (program === 'find') resolveFind(state, pending, args, walk)
}

/** The basename, without the version that a name may carry: `python3.12` is `python`. */
function programName(spelled: string): string {
  const base = spelled.slice(spelled.lastIndexOf('/') + 1)
  return /^(python|pypy|pip|perl|ruby|php|lua|node|gcc|g\+\+|clang|clang\+\+|pytest)-?\d[\d.]*$/.exec(base)?.[1] ?? base
}

function record(state: ShellState, pending: Pending, program: string | null, spelled: string, allArgs: readonly Word[]): void {
  if (state.found.commands.length >= limits.commands) return giveUp(state, 'too many commands')
  const knowledge = program === null ? undefined : programTable[program]
  if (program !== null) checkProgram(state, program, allArgs)
  const { args, directories } = leadingOptions(state, program, allArgs)
  const command: SimpleCommand = {
    source: pending.source,
    program,
    spelled,
    args: args.map(plain),
    wrappers: [...pending.wrappers],
    assignments: pending.assignments.map(({ name, value }) => ({ name, value: value === null ? null : plain(value) })),
    directory: directories?.length === 1 ? directories[0] ?? null : null,
    paths: program === null ? [] : [...pathsOfCommand(program, args, directories), ...(knowledge?.values === undefined ? [] : pathsOfCommand('cd', allArgs.slice(0, allArgs.length - args.length).filter(({ value }) => value?.startsWith('-') === false), state.directories))],
    inert: program !== null && isInert(program),
    effects: [...new Set([...pending.effects, ...(program === null ? [] : effectsOf(program, args))])],
  }
  state.found.commands.push(command)
}

function checkProgram(state: ShellState, program: string, args: readonly Word[]): void {
  if (opaquePrograms.has(program)) giveUp(state, `what ${program} runs cannot be told`)
  const escape = args.find(({ value, prefix }) => (programTable[program]?.escapes ?? []).some((start) => (value ?? prefix).startsWith(start) && !isSafeEscape(program, value ?? prefix, args)))
  if (escape !== undefined) giveUp(state, `the option ${escape.source} of ${program} may run something`)
  if ((program === 'sed' || program === 'awk') && !safeScript(program, args)) giveUp(state, `the script of ${program} may run or write something`)
}

/** `-e` and `-x` mean something else to some subcommands of git. */
function isSafeEscape(program: string, option: string, args: readonly Word[]): boolean {
  if (program !== 'git') return false
  const subcommand = args.find(({ value }) => value?.startsWith('-') === false)?.value
  return (subcommand === 'grep' && option === '-e') || (subcommand === 'clean' && option === '-x') || (option === '-x' && subcommand === 'rev-list')
}

/** Takes options before the subcommand away, so that `git -C a --no-pager log` is judged as `log` in `a`. */
function leadingOptions(state: ShellState, program: string | null, args: readonly Word[]): { args: readonly Word[]; directories: ShellState['directories'] } {
  const { flags = [], values = [] } = (program === null ? undefined : programTable[program]) ?? {}
  let index = 0
  let directories = state.directories
  for (; index < args.length; index++) {
    const value = args[index]?.value ?? ''
    if (flags.includes(value)) continue
    if (!values.includes(value)) break
    const operand = args[++index]
    if (/^(-C|--prefix|--dir|--cwd|--directory)$/.test(value)) directories = moved(directories, operand)
  }
  // Other options before a subcommand of git change what it runs: `-c`, `--git-dir`, `--exec-path`.
  if (program === 'git' && args[index]?.value?.startsWith('-') === true && !/^(--version|--help|-v|-h)$/.test(args[index]?.value ?? '')) giveUp(state, `the option ${args[index]?.source ?? ''} of git`)
  return { args: args.slice(index), directories }
}

/** The directories after moving to a target from each of those possible. */
export function moved(directories: ShellState['directories'], target: Word | undefined): ShellState['directories'] {
  const path = target?.value
  if (directories === null || path === undefined || path === null || target?.glob === true || path === '-' || path.startsWith('~')) return null
  return directories.map((directory) => joinPath(directory, path))
}

function unwrap(state: ShellState, pending: Pending, name: string, args: readonly Word[], walk: WalkRoot): void {
  const knowledge = wrapperTable[name]
  if (knowledge === undefined) return
  const assignments = [...pending.assignments]
  let index = 0
  for (; index < args.length; index++) {
    const word = args[index]
    const value = word?.value
    if (word === undefined || value === null || value === undefined) { giveUp(state, `an argument of ${name} is not known`); break }
    const assigned = name === 'env' || name === 'sudo' ? /^([A-Za-z_]\w*)=(.*)$/s.exec(value) : null
    if (assigned?.[1] !== undefined) {
      checkVariable(state, assigned[1])
      assignments.push({ name: assigned[1], value: known(word.source, assigned[2] ?? '') })
    } else if (knowledge.values.includes(value)) index++
    else if (!value.startsWith('-')) break
    else if (!knowledge.flags.includes(value) && !isAttached(value, knowledge.values) && !(name === 'nice' && /^-\d+$/.test(value))) giveUp(state, `the option ${value} of ${name}`)
  }
  const rest = args.slice(index + knowledge.operands)
  const wrappers = [...pending.wrappers, name]
  const effects: CommandEffect[] = knowledge.privileged === true ? [...pending.effects, 'privileged'] : [...pending.effects]
  if (rest.length === 0) return record(state, { ...pending, assignments, effects }, name, name, args)
  if (wrappers.length > 10) return giveUp(state, 'too many wrappers')
  const words = name === 'xargs' ? [...rest.map((word) => (word.value?.includes('{}') === true ? unknownWord(word.source) : word)), unknownWord('(input of xargs)')] : rest
  resolveCommand(state, { ...pending, words, wrappers, assignments, effects }, walk)
}

function isAttached(value: string, options: readonly string[]): boolean {
  return options.some((option) => (option.startsWith('--') ? value.startsWith(`${option}=`) : value.startsWith(option)))
}

/** Notes an assignment that changes what later words or other programs do. */
export function checkVariable(state: ShellState, name: string): void {
  if (meaningfulVariables.test(name) && !harmlessVariables.test(name)) giveUp(state, `the variable ${name} changes what is executed`)
}

function resolveShell(state: ShellState, pending: Pending, program: string, args: readonly Word[], walk: WalkRoot): void {
  let index = 0
  for (; index < args.length; index++) {
    const value = args[index]?.value
    if (value === null || value === undefined) return giveUp(state, `an argument of ${program} is not known`)
    if (/^[-+][a-z]*o$/.test(value)) { index++; continue }
    if (/^-[a-zA-Z]*c$/.test(value)) return resolveText(state, args.slice(index + 1, index + 2), walk, true)
    if (value === '-n' || value === '--version') return record(state, pending, program, program, args)
    if (!/^(-[euxlv]+|--norc|--noprofile|--login|--posix)$/.test(value)) break
  }
  const script = args[index]?.value
  if (script === undefined || script === null || script.startsWith('-')) return giveUp(state, `${program} takes commands from its input`)
  record(state, pending, program, program, args.slice(index))
}

/** Commands given as text: analysed like a script where the text is known. */
function resolveText(state: ShellState, args: readonly Word[], walk: WalkRoot, ownShell: boolean): void {
  if (args.length === 0 || args.some(({ value, glob }) => value === null || glob)) return giveUp(state, 'commands given as text that is not known')
  if (state.depth >= limits.scriptDepth) return giveUp(state, 'scripts within scripts too deep')
  const text = args.map(({ value }) => value ?? '').join(' ')
  const inner: ShellState = { ...fork(state), depth: state.depth + 1 }
  if (ownShell) inner.variables = new Map()
  if (!inner.parse(text, (root) => { walk(inner, root) })) return giveUp(state, 'commands given as text that cannot be parsed')
  if (ownShell) return
  state.variables = inner.variables
  state.directories = inner.directories
}

/** The commands that find runs. `{}` stands for a name below its roots: known enough only where names are filtered. */
function resolveFind(state: ShellState, pending: Pending, args: readonly Word[], walk: WalkRoot): void {
  const values = args.map(({ value }) => value)
  const combined = values.some((value) => value !== null && /^(-o|-or|,|!|-not)$/.test(value))
  const filters = args.flatMap((word, index) => (/^-i?name$/.test(word.value ?? '') ? [args[index + 1]] : []))
  const filter = combined || filters.length !== 1 ? undefined : filters[0]?.value ?? undefined
  const roots = values.slice(0, values.findIndex((value) => value === null || /^[-(!]/.test(value)))
  const root = roots.length === 1 && roots[0] !== null && roots[0] !== undefined ? roots[0] : null
  const found = filter !== undefined && root !== null && !/^[*?.]*$/.test(filter) ? known('{}', `${root}/${filter}`, true) : unknownWord('{}')
  for (let index = 0; index < args.length; index++) {
    if (!/^-(exec|execdir|ok|okdir)$/.test(values[index] ?? '')) continue
    const end = values.findIndex((value, at) => at > index && (value === ';' || (value === '+' && values[at - 1] === '{}')))
    if (end === -1) return giveUp(state, 'an -exec of find without an end')
    const words = args.slice(index + 1, end).map((word) => (word.value === '{}' ? found : word.value?.includes('{}') === true ? unknownWord(word.source) : word))
    resolveCommand(state, { ...pending, words, wrappers: [...pending.wrappers, 'find'] }, walk)
    index = end
  }
}

function plain({ source, value, prefix, glob }: Word): ShellWord {
  return { source, value, prefix, glob }
}
