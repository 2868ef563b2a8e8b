import type { ShellWord, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { isInert, joinPath, pathsOfCommand } from './command-paths.ts'
import { effectsOf } from './effects.ts'
import { commandsOfFind } from './find.ts'
import type { Pending } from './pending.ts'
import { opaquePrograms, programTable, wrapperTable } from './program-table.ts'
import { safeScript } from './scripts.ts'
import { fork, giveUp, limits, walkSequence, type ShellState } from './state.ts'
import type { Word } from './words.ts'
import { unwrap } from './wrappers.ts'

// Where the grammar takes one of these for a program, bash may read something else.
const reserved: ReadonlySet<string> = new Set('if then else elif fi do done case esac while until for select function in { } ! [[ ]] (( ))'.split(' '))

/** Resolves a command through its wrappers and records every simple command it comes to. */
export function resolveCommand(state: ShellState, pending: Pending): void {
  const [first, ...args] = pending.words
  if (first === undefined) return
  if (first.value === null || first.glob || first.value === '') {
    giveUp(state, `the program ${first.source} is not known`)
    return record(state, pending, null, first.source, args)
  }
  if (reserved.has(first.value)) giveUp(state, `the word ${first.value} in the place of a program`)
  // What it becomes is judged all the same, but nobody with an honest need hides the program.
  if (first.source.includes('$')) giveUp(state, `the program is hidden behind ${first.source}`)
  const program = programName(first.value)
  const bySystem = !first.value.includes('/') || /^\/(usr\/(local\/)?)?s?bin\//.test(first.value)
  if (bySystem) resolveProgram(state, pending, program, args)
  else record(state, pending, program, first.value, args)
}

const shells: ReadonlySet<string> = new Set(['bash', 'sh', 'dash'])

function resolveProgram(state: ShellState, pending: Pending, program: string, args: readonly Word[]): void {
  const wrapper = wrapperTable[program]
  if (shells.has(program)) return resolveShell(state, pending, program, args)
  if (program === 'eval') return resolveEval(state, args)
  if (program === 'command' && /^-[vV]+$/.test(args[0]?.value ?? '')) return record(state, pending, 'type', 'command', args.slice(1))
  if (wrapper === undefined) {
    record(state, pending, program, pending.words[0]?.value ?? program, args)
    if (program === 'find') for (const inner of commandsOfFind(state, pending, args)) resolveCommand(state, inner)
    return
  }
  const inner = unwrap(state, pending, program, wrapper)
  if (inner.words.length === 0) return record(state, { ...inner, wrappers: pending.wrappers }, program, program, args)
  if (inner.wrappers.length > 10) return giveUp(state, 'too many wrappers')
  resolveCommand(state, inner)
}

/** `eval` reads its text a second time. What it would run is judged, and still somebody has to look at it. */
function resolveEval(state: ShellState, args: readonly Word[]): void {
  giveUp(state, 'eval reads its words a second time')
  resolveText(state, args, false)
}

/** The basename, without the version that a name may carry: `python3.12` is `python`. */
function programName(spelled: string): string {
  const base = spelled.slice(spelled.lastIndexOf('/') + 1)
  return /^(python|pypy|pip|perl|ruby|php|lua|node|gcc|g\+\+|clang|clang\+\+|pytest)-?\d[\d.]*$/.exec(base)?.[1] ?? base
}

function record(state: ShellState, pending: Pending, program: string | null, spelled: string, allArgs: readonly Word[]): void {
  if (state.found.commands.length >= limits.commands) return giveUp(state, 'too many commands')
  if (program !== null) checkProgram(state, program, allArgs)
  const { args, directories } = leadingOptions(state, program, allArgs)
  const command: SimpleCommand = {
    source: pending.source,
    program,
    listed: program !== null && Object.hasOwn(programTable, program),
    spelled,
    args: args.map(plain),
    wrappers: [...pending.wrappers],
    assignments: pending.assignments.map(({ name, value }) => ({ name, value: value === null ? null : plain(value) })),
    directory: directories?.length === 1 ? directories[0] ?? null : null,
    paths: program === null ? [] : [...pathsOfCommand(program, args, directories), ...leadingPaths(state, program, allArgs.slice(0, allArgs.length - args.length))],
    inert: program !== null && isInert(program),
    effects: [...new Set([...pending.effects, ...(program === null ? [] : effectsOf(program, args))])],
  }
  state.found.commands.push(command)
}

/** The folders that options before the subcommand name. */
function leadingPaths(state: ShellState, program: string, options: readonly Word[]): SimpleCommand['paths'] {
  if (programTable[program]?.values === undefined) return []
  return pathsOfCommand('cd', options.filter(({ value }) => value?.startsWith('-') === false), state.directories)
}

const plainSet = /^(--|[-+][euxvEf]*o?|pipefail|errexit|nounset|xtrace|verbose|errtrace)$/

function checkProgram(state: ShellState, program: string, args: readonly Word[]): void {
  // `set -k` and others change how later words are read.
  if (program === 'set' && args.some(({ value }) => value === null || !plainSet.test(value))) giveUp(state, 'an option of set that is not understood')
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

const movesTo = /^(-C|--prefix|--dir|--cwd|--directory)$/
const gitInforms = /^(--version|--help|-v|-h)$/

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
    if (movesTo.test(value)) directories = moved(directories, operand)
  }
  if (program === 'git') checkGitOption(state, args[index])
  return { args: args.slice(index), directories }
}

/** Other options before a subcommand of git change what it runs: `-c`, `--git-dir`, `--exec-path`. */
function checkGitOption(state: ShellState, next: Word | undefined): void {
  if (next?.value?.startsWith('-') === true && !gitInforms.test(next.value)) giveUp(state, `the option ${next.source} of git`)
}

/** The directories after moving to a target from each of those possible. */
export function moved(directories: ShellState['directories'], target: Word | undefined): ShellState['directories'] {
  const path = target?.value
  if (directories === null || path === undefined || path === null || target?.glob === true || path === '-' || path.startsWith('~')) return null
  return directories.map((directory) => joinPath(directory, path))
}

function resolveShell(state: ShellState, pending: Pending, program: string, args: readonly Word[]): void {
  const own = args.findIndex((_, index) => !isPlainShellOption(args, index))
  const word = own === -1 ? undefined : args[own]
  const value = word?.value
  if (word === undefined || value === undefined || value === null) return giveUp(state, `${program} takes commands from its input, or from a word that is not known`)
  if (/^-[euxlv]*c$/.test(value)) return resolveText(state, args.slice(own + 1, own + 2), true)
  if (value === '-n' || value === '--version') return record(state, pending, program, program, args)
  if (value.startsWith('-') || value.startsWith('+')) return giveUp(state, `the option ${value} of ${program}`)
  record(state, pending, program, program, args.slice(own))
}

function isPlainShellOption(args: readonly Word[], index: number): boolean {
  const value = args[index]?.value ?? ''
  if (/^[-+][eux]*o$/.test(value)) return plainSet.test(args[index + 1]?.value ?? '')
  if (/^[-+][eux]*o$/.test(args[index - 1]?.value ?? '')) return true
  return /^(-[euxlv]+|--norc|--noprofile|--login|--posix)$/.test(value)
}

/** Commands given as text: analysed like a script where the text is known. */
function resolveText(state: ShellState, args: readonly Word[], ownShell: boolean): void {
  if (args.length === 0 || args.some(({ value, glob }) => value === null || glob)) return giveUp(state, 'commands given as text that is not known')
  if (state.depth >= limits.scriptDepth) return giveUp(state, 'scripts within scripts too deep')
  const text = args.map(({ value }) => value ?? '').join(' ')
  const inner: ShellState = { ...fork(state), depth: state.depth + 1 }
  if (ownShell) inner.variables = new Map()
  if (!inner.parse(text, (root) => { walkSequence(inner, root) })) return giveUp(state, 'commands given as text that cannot be parsed')
  if (ownShell) return
  state.variables = inner.variables
  state.directories = inner.directories
}

function plain({ source, value, prefix, suffix, glob }: Word): ShellWord {
  return { source, value, prefix, suffix, glob }
}
