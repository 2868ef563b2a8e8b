import type { CommandEffect, ShellPath, ShellWord, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { choosesByNames } from './choosing-names.ts'
import { commandsOfFd, withoutCommand } from './fd.ts'
import { callFunction } from './functions.ts'
import { pathsOfCommand, placed } from './command-paths.ts'
import { effectsOf } from './effects.ts'
import { commandsOfFind, withoutCommands } from './find.ts'
import { complete } from './knowledge.ts'
import { linkTargets } from './links.ts'
import { lookUp, type Lookup } from './lookup.ts'
import { classify, escapeAmong } from './operands.ts'
import type { Pending } from './pending.ts'
import { asSed } from './perl-script.ts'
import { scriptLook, type ScriptLook } from './script-look.ts'
import { resolveShell, resolveText, shells } from './shells.ts'
import { giveUp, limits, type ShellState } from './state.ts'
import { toldBy } from './telling.ts'
import { checkVariable } from './variables.ts'
import { known, type Word } from './words.ts'
import { unwrap, type Wrapper } from './wrappers.ts'

const ofTheProject = complete({ operands: 'code', project: true })
const telling = complete({ operands: 'text', project: true })

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
  if (!isPlainName(first)) checkName(state, first, first.value)
  // Before a function only words of the shell's own language may stand.
  if (pending.wrappers.every((name) => name === 'time' || name === 'coproc') && callFunction(state, pending, first.value, args, resolveText)) return
  const program = programName(first.value)
  if (isOfSystem(first.value)) resolveProgram(state, pending, program, args)
  else record(state, pending, program, first.value, args)
}

/** Most programs are called by a name that means nothing else. */
function isPlainName({ source, value }: Word): boolean {
  return source === value && /^[A-Za-z][\w-]*$/.test(source) && !reserved.has(source)
}

function checkName(state: ShellState, first: Word, name: string): void {
  if (reserved.has(name)) giveUp(state, `the word ${name} in the place of a program`)
  // What it becomes is judged all the same, but nobody with an honest need hides the program.
  if (/[$`{]/.test(first.source)) giveUp(state, `the program is hidden behind ${first.source}`)
  // After the word `time` bash takes it for an assignment, after a program of that name it is a program.
  if (name.includes('=')) giveUp(state, `${first.source} in the place of a program`)
  if (/[^\x21-\x7e]/.test(name)) giveUp(state, 'the name of the program has unusual characters')
}

function isOfSystem(spelled: string): boolean {
  return !spelled.includes('/') || /^\/(usr\/(local\/)?)?s?bin\/[^/]+$/.test(spelled)
}

/** The basename, without the version that a name may carry: `python3.12` is `python`. */
function programName(spelled: string): string {
  const base = spelled.slice(spelled.lastIndexOf('/') + 1)
  return !/[\d.]$/.test(base) ? base : /^(python|pypy|pip|perl|ruby|php|lua|node|gcc|g\+\+|clang|clang\+\+|clang-format|clang-tidy|pytest|psql|javac?|llvm-[a-z]+)-?\d[\d.]*$/.exec(base)?.[1] ?? base
}

function resolveProgram(state: ShellState, pending: Pending, program: string, args: readonly Word[]): void {
  if (pending.wrappers.length > 10) return giveUp(state, 'too many wrappers')
  if (args.some(({ listed }) => listed) && choosesByNames(state, program, args)) giveUp(state, `names of a list choose what ${program} does`)
  if (shells.has(program)) return resolveShell(state, pending, program, args, { record, resolveText })
  if (program === 'eval') return resolveEval(state, args)
  if (program === 'command' && /^-[vV]+$/.test(args[0]?.value ?? '')) return record(state, pending, 'type', 'command', args.slice(1))
  if (program === 'perl' ? resolvePerl(state, pending, args) : recordTold(state, pending, program, args)) return
  resolveListed(state, pending, program, args)
}

function resolveListed(state: ShellState, pending: Pending, program: string, args: readonly Word[]): void {
  const found = lookUp(program, args, state.directories)
  const { wrapper } = found.knowledge
  if (wrapper !== undefined && found.unknown.length === 0) return resolveWrapper(state, pending, { program, found, wrapper })
  record(state, pending, program, pending.words[0]?.value ?? program, args, found)
  if (program === 'find') for (const inner of commandsOfFind(state, pending, args)) resolveCommand(state, inner)
  if (searchers.has(program)) for (const inner of commandsOfFd(state, pending, args)) resolveCommand(state, inner)
}

const searchers: ReadonlySet<string> = new Set(['fd', 'fdfind'])

function resolvePerl(state: ShellState, pending: Pending, args: readonly Word[]): true {
  const asSedWould = asSed(args)
  if (asSedWould === null) record(state, pending, 'perl', pending.words[0]?.value ?? 'perl', args)
  else record(state, pending, 'sed', 'perl', asSedWould)
  return true
}

/** Code that only tells: what it imports is still code of the project, what it reads is read. */
function recordTold(state: ShellState, pending: Pending, program: string, args: readonly Word[]): boolean {
  const told = toldBy(program, args)
  if (told === null) return false
  for (const path of told) state.found.redirects.push(...placed(path, path, false, 'read', state.directories))
  record(state, pending, program, pending.words[0]?.value ?? program, args, { ...lookUp(program, args, state.directories), knowledge: telling })
  return true
}

function resolveWrapper(state: ShellState, pending: Pending, { program, found, wrapper }: { program: string; found: Lookup; wrapper: Wrapper }): void {
  const unwrapped = unwrap(state, pending, program, { ...found.knowledge, wrapper }, found.rest)
  const { inner, scripts } = unwrapped
  const nested: ShellState = wrapper.elsewhere === true ? { ...state, directories: null, variables: new Map(state.variables) } : state
  for (const file of unwrapped.files) state.found.redirects.push(...placed(file.value ?? '', file.source, file.glob, wrapper.access ?? 'read', file.value === null ? null : state.directories))
  if (found.knowledge.network === true || wrapper.elsewhere === true) record(state, pending, program, program, found.args)
  if (found.knowledge.opaque === true) giveUp(state, `what ${program} runs cannot be told`)
  for (const script of scripts) resolveText(nested, script === null ? [] : [script], true, inner)
  if (inner.words.length > 0) {
    if (wrapper.joined === true) resolveText(nested, inner.words, true, inner)
    else resolveCommand(nested, inner)
  } else if (scripts.length === 0) {
    if (wrapper.shell === true) giveUp(state, `${program} opens a shell`)
    record(state, { ...inner, wrappers: pending.wrappers }, program, program, found.args)
  }
}

/** `eval` reads its text a second time. What it would run is judged, and still somebody has to look at it. */
function resolveEval(state: ShellState, args: readonly Word[]): void {
  giveUp(state, 'eval reads its words a second time')
  resolveText(state, args, false)
}

function record(state: ShellState, pending: Pending, program: string | null, spelled: string, allArgs: readonly Word[], lookedUp?: Lookup): void {
  if (state.found.commands.length >= limits.commands) return giveUp(state, 'too many commands')
  // A program named by its path is the project's own, whatever its name.
  const own = program === null || !isOfSystem(spelled)
  const found: Lookup = own ? { ...lookUp('', allArgs, state.directories), knowledge: ofTheProject } : lookedUp ?? lookUp(program, allArgs, state.directories)
  const look = own ? null : scriptLook(program, found)
  if (!own) check(state, program, found, look)
  for (const { name, value } of pending.assignments) checkVariable(state, name, value, found.knowledge.project === true ? 'project-code' : 'programs')
  state.found.commands.push({
    source: pending.source,
    program,
    listed: !own && found.listed,
    spelled,
    args: found.args.map(plain),
    wrappers: [...pending.wrappers],
    assignments: pending.assignments.map(({ name, value }) => ({ name, value: value === null ? null : plain(value) })),
    directory: onlyOne(found.directories),
    paths: state.found.endsThere ? pathsOfLast(program, allPaths(state, program, found, look)) : allPaths(state, program, found, look),
    inert: !own && (found.knowledge.operands === 'text' || tests.has(program)),
    effects: distinct(pending.effects, effectsOf(found.knowledge, own || found.listed, found.rest, state.piped), effectsHere(state, { program, args: allArgs, look })),
  })
  if (!own) resolveScripts(state, pending, found)
}

/** Shell scripts that the options of a program give it. */
function resolveScripts(state: ShellState, pending: Pending, { rest, knowledge }: Lookup): void {
  if (knowledge.scripts === undefined) return
  for (const { role, word, value } of classify(rest, knowledge)) {
    if (role === 'scripts') resolveText(state, [value === null ? word : known(word.source, value)], true, pending)
  }
}

function allPaths(state: ShellState, program: string | null, found: Lookup, look: ScriptLook | null): ShellPath[] {
  const paths = pathsOf(program, found)
  if (look === null && found.leading.length === 0) return paths
  return [...paths, ...(look === null ? [] : look.paths(found.directories)), ...leadingPaths(found, state.directories)]
}

/** A `cd` after which nothing runs does nothing: where it was one of several places that it may lead to, the others do not matter. */
function pathsOfLast(program: string | null, paths: ShellPath[]): ShellPath[] {
  const inside = paths.filter(({ path }) => path !== null && !/^([/~]|\.\.(\/|$))/.test(path))
  return program === 'cd' && inside.length > 0 ? inside : paths
}

/** What a command does in itself, with what comes from around it; that is mostly nothing. */
function distinct(before: readonly CommandEffect[], own: CommandEffect[], after: readonly CommandEffect[]): CommandEffect[] {
  return before.length + after.length === 0 ? own : [...new Set([...before, ...own, ...after])]
}

function onlyOne(directories: ShellState['directories']): string | null {
  return directories?.length === 1 ? directories[0] ?? null : null
}

/** What a command may do because of its script, and of where it stands in the text. */
function effectsHere(state: ShellState, { program, args, look }: { program: string | null; args: readonly Word[]; look: ScriptLook | null }): CommandEffect[] {
  const effects: CommandEffect[] = [...(look?.effects ?? [])]
  if (args.some(({ splits }) => splits)) effects.push('splits-names')
  if (program !== null && state.recursive.has(program)) effects.push('exhausts')
  return effects
}

const tests: ReadonlySet<string> = new Set(['[', 'test', '[['])

/** `cd` without a folder goes home. */
function homeOf(program: string | null, { rest }: Lookup): SimpleCommand['paths'] {
  return program === 'cd' && rest.every(({ value }) => value?.startsWith('-') === true && value !== '-') ? [{ path: '~', source: 'cd', glob: false, access: 'read' }] : []
}

/** Folders and files that options before a subcommand name. */
function leadingPaths({ leading }: Lookup, directories: ShellState['directories']): SimpleCommand['paths'] {
  return leading.flatMap(({ value, source, glob }) => placed(value ?? '', source, glob, 'read', value === null ? null : directories))
}

function pathsOf(program: string | null, found: Lookup): SimpleCommand['paths'] {
  const { knowledge, rest, directories } = found
  if (program === null) return []
  const home = homeOf(program, found)
  if (home.length > 0) return home
  const targets = program === 'ln' ? linkTargets(found) : null
  if (targets !== null) return [...targets, ...pathsOfCommand(knowledge, rest, directories, false).filter(({ access }) => access === 'write')]
  const paths = pathsOfCommand(knowledge, ownWords(program, rest), directories, tests.has(program))
  if (program === 'git') return paths.flatMap(asPathspec)
  return knowledge.operands === 'text' ? [...paths, ...hiddenNames(rest, directories)] : paths
}

/** The words of a program without those of what it runs. */
function ownWords(program: string, rest: readonly Word[]): readonly Word[] {
  return program === 'find' ? withoutCommands(rest) : searchers.has(program) ? withoutCommand(rest) : rest
}

const plainSet = /^(--|[-+][euxvEf]*o?|pipefail|errexit|nounset|xtrace|verbose|errtrace)$/

function check(state: ShellState, program: string, found: Lookup, look: ScriptLook | null): void {
  const { knowledge, rest } = found
  // `set -k` and others change how later words are read.
  if (program === 'set') checkSet(state, rest)
  for (const reason of found.unknown) giveUp(state, reason)
  if (knowledge.opaque === true) giveUp(state, `what ${program} runs cannot be told`)
  // A script that is no file of its own: an input, or what another command prints.
  if ((program === 'source' || program === '.') && rest.every(({ value }) => value === null || /^\/(dev|proc)\//.test(value))) giveUp(state, `what ${program} reads is not known`)
  const unclear = firstMatch(rest, knowledge.unclear)
  if (unclear !== undefined) giveUp(state, `what ${unclear.source.slice(0, 60)} means to ${program} cannot be told`)
  const escape = escapeAmong(rest, knowledge)
  if (escape !== undefined) giveUp(state, `the option ${escape.source} of ${program} may run something`)
  if (look?.unknown !== undefined && look.unknown !== null) giveUp(state, look.unknown)
}

function checkSet(state: ShellState, words: readonly Word[]): void {
  if (words.length === 0) giveUp(state, 'set without words prints variables')
  if (words.some(({ value }) => value === null || !plainSet.test(value))) giveUp(state, 'an option of set that is not understood')
}

function firstMatch(words: readonly Word[], pattern: RegExp | undefined): Word | undefined {
  return pattern === undefined ? undefined : words.find(({ value, prefix }) => pattern.test(value ?? prefix))
}

function plain({ source, value, prefix, suffix, glob }: Word): ShellWord {
  return { source, value, prefix, suffix, glob }
}

/** Git reads wildcards itself, quoted or not, and a leading one stands for a dot too. */
function asPathspec(named: ShellPath): ShellPath[] {
  const { path } = named
  if (path === null || !/[*?[]/.test(path)) return [named]
  const slash = path.lastIndexOf('/') + 1
  const name = path.slice(slash)
  const dotted = /^(\*+|\?|\[[^\]]*\])./.test(name) && !/^\*+$/.test(name) ? [{ ...named, glob: true, path: `${path.slice(0, slash)}.${name.replace(/^(\?|\[[^\]]*\])/, '')}` }] : []
  return [{ ...named, glob: true }, ...dotted]
}

/** To a program that only prints its words, a wildcard that it is called with, for hidden names, or for those elsewhere, still becomes these names. */
function hiddenNames(args: readonly Word[], directories: ShellState['directories']): ShellPath[] {
  return args.flatMap(({ value, source, glob, expanded }) => (glob && !expanded && value !== null && (/(^|\/)\.[^./]|^[/~]|(^|\/)\.\.(\/|$)/.test(value)) ? placed(value, source, true, 'read', directories) : []))
}
