import { moved } from './directories.ts'
import { defineAlias } from './functions.ts'
import { resolveText } from './shells.ts'
import { eitherDirectory, fork, giveUp, isVolatile, limits, type ShellState } from './state.ts'
import type { SyntaxNode } from './syntax.ts'
import { checkVariable } from './variables.ts'
import { eitherOf, hasChoices, known, oneOf, type Word } from './words.ts'

/** What a command of the shell itself, where this is one, changes for what follows. */
export function applyBuiltin(state: ShellState, node: SyntaxNode, words: readonly Word[]): void {
  const at = placeOfProgram(node, words)
  const program = words[at]?.value ?? ''
  if (hasChoices(words) && !goesElsewhere.test(program)) return chosen(state, program)
  change(state, program, words.slice(at + 1))
}

const goesElsewhere = /^(cd|pushd|popd)$/

/** What a command of the shell itself does where one of its words is one of several. */
function chosen(state: ShellState, program: string): void {
  if (/^(alias|trap|shopt|read|source|\.|export|declare|local|readonly|typeset|unset)$/.test(program)) giveUp(state, `a ${program} whose words are not known`)
}

const ownPrefixes: ReadonlySet<string | null> = new Set(['command', 'builtin', 'exec'])
const ofTime: ReadonlySet<string | null> = new Set(['time', '-p', '--'])

/** Which word names what this shell itself does: `time`, as it stands here, belongs to bash's own language and changes nothing about what follows it. */
function placeOfProgram(node: SyntaxNode, words: readonly Word[]): number {
  let at = 0
  if (node.children[0]?.text === 'time') while (ofTime.has(words[at]?.value ?? null)) at += 1
  while (ownPrefixes.has(words[at]?.value ?? null)) at += 1
  return at
}

function change(state: ShellState, program: string, args: readonly Word[]): void {
  switch (program) {
    case 'cd':
    case 'pushd':
    case 'popd':
      return changeDirectory(state, program, args)
    case 'alias':
      return defineAlias(state, args)
    case 'trap':
      return setTrap(state, args)
    case 'shopt':
      if (!args.every(({ value }) => value !== null && plainShellOptions.test(value))) giveUp(state, 'an option of the shell that is not understood')
      return
    case 'read':
      return readNames(state, args)
    case 'set':
      return setOptions(state, args.map(({ value }) => value))
    case 'wait':
      // Its option -p names a variable that it sets.
      if (args.some(({ value }) => value === null || /^-\w*p/.test(value))) state.variables.clear()
      return
    case 'source':
    case '.':
      state.variables.clear()
      state.found.moves = true
      state.found.keepsGoing = true
      // What sets up a Python environment stays where it is.
      if (!/(^|\/)bin\/activate$/.test(args[0]?.value ?? '')) state.directories = null
      return
    case 'export':
    case 'declare':
    case 'local':
    case 'readonly':
    case 'typeset':
    case 'unset':
      giveUp(state, `a ${program} that is not understood`)
      return
    default:
      return
  }
}

/** A `cd` that fails changes neither where the shell is nor what `cd -` means; `popd` fails where `pushd` did. */
function changeDirectory(state: ShellState, program: 'cd' | 'pushd' | 'popd', args: readonly Word[]): void {
  state.found.moves = true
  const before = state.directories
  const target = args.find(({ value }) => value === null || !/^(-[LPe@]+|--)$/.test(value))
  if (program === 'popd') {
    // Where a `pushd` failed, it is an earlier one that is taken back.
    state.directories = args.length === 0 && state.pushed.length > 0 ? state.pushed.reduce(eitherDirectory) : null
    state.pushed = args.length === 0 ? state.pushed.slice(0, -1) : [null]
  } else if (program === 'cd' && target?.value === '-') {
    state.directories = state.previous ?? null
  } else {
    state.directories = moved(before, target)
    if (program === 'pushd') state.pushed = target === undefined || /^[-+]/.test(target.value ?? '+') ? [null] : [...state.pushed, before]
  }
  state.previous = state.found.movesPwd ? null : state.previous === undefined ? before : eitherDirectory(state.previous, before)
}

/** `set -e` holds for the rest of the text; once something may have taken it back, never again. */
function setOptions(state: ShellState, words: readonly (string | null)[]): void {
  const off = words.some((word, index) => word === null || /^\+[a-z]*e/.test(word) || (/^\+[a-z]*o$/.test(word) && words[index + 1] === 'errexit'))
  const on = words.some((word, index) => word !== null && (/^-[a-z]*e/.test(word) || (/^-[a-z]*o$/.test(word) && words[index + 1] === 'errexit')))
  if (off) state.found.keepsGoing = true
  if (on && state.depth === 0) state.endsOnFailure = true
}

const plainShellOptions = /^(-[suqp]+|nullglob|failglob|globstar|inherit_errexit|expand_aliases|lastpipe|pipefail)$/

/** The text of a trap runs at any later point, in this shell. */
function setTrap(state: ShellState, args: readonly Word[]): void {
  const [text, signal] = args
  if (text === undefined || /^(-l|-p)$/.test(text.value ?? '') || (text.value !== null && /^(|-)$/.test(text.value))) return
  if (signal === undefined) return giveUp(state, 'a trap that is not understood')
  if (/=|read|let|\(\(/.test(text.value ?? '=')) for (const name of state.variables.keys()) state.volatile.add(name)
  if (/\bset\b|source|(^|[\s;&|])\.\s/.test(text.value ?? 'set')) state.found.keepsGoing = true
  state.found.traps.push({ state: fork(state), text })
}

/**
 * Walks the texts of traps, as if each ran at the very end: where nothing ever went elsewhere the folder is the one it was set in, and a
 * variable that is named only where it was set before, besides where it is read, holds what it held.
 */
export function walkTraps(state: ShellState, texts: () => string): void {
  const { traps, moves } = state.found
  if (traps.length === 0) return
  const whole = texts()
  for (const { state: at, text } of traps) {
    const variables = new Map([...at.variables].filter(([name]) => !isVolatile(at, name) && isSetOnce(whole, name)))
    resolveText({ ...at, directories: moves ? null : at.directories, variables }, [text], false)
  }
}

/** Whether a text names a variable once besides where it reads it; letters of an option may stand right before a name. */
function isSetOnce(text: string, name: string): boolean {
  if (/\b(source|eval)\b|(^|[\s;&|({])\.\s/.test(text) || !/^[A-Za-z_]\w*$/.test(name)) return false
  return [...text.matchAll(new RegExp(`(?<![\\w$/.]|\\$\\{)${name}(?!\\w)|-\\w+${name}(?!\\w)`, 'g'))].length === 1
}

/** `read name` takes a line of the input, which may be one of the names that a program lists. */
function readNames(state: ShellState, args: readonly Word[]): void {
  for (const { value } of args) forgetNamed(state, value)
  const names = args.filter(({ value }) => value !== '' && value?.startsWith('-') !== true)
  const [first, ...more] = state.input === null ? linesOf(state.stdin) : state.input.names.map(oneOf)
  const name = names[0]?.value
  const plain = args.every(({ value }) => value !== null && /^(-r|-d|-rd|-d)?$|^\w+$/.test(value))
  if (first === undefined || names.length !== 1 || name === undefined || name === null || !plain || isVolatile(state, name)) return
  const word = eitherOf(first.source, [first, ...more])
  if (word.value !== null) state.variables.set(name, word)
}

/** The lines of a text that is fed to the shell, as `read` takes them. */
function linesOf(text: string | null): Word[] {
  const lines = text === null || /[\\*?[]/.test(text) ? [] : text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
  return lines.length > limits.loopItems ? [] : lines.map((line) => known(line, line))
}

function forgetNamed(state: ShellState, value: string | null): void {
  forgetRead(state, value)
  if (value === null || !/^-\w*a\w/.test(value)) return
  // The name of an array may stand right behind its letter.
  for (let at = value.indexOf('a'); at !== -1; at = value.indexOf('a', at + 1)) forgetRead(state, value.slice(at + 1))
}

function forgetRead(state: ShellState, name: string | null): void {
  if (name === null || name.includes('[')) return giveUp(state, 'a name to read that is not known')
  if (!/^[A-Za-z_]\w*$/.test(name)) return
  if (name === 'PWD') state.found.movesPwd = true
  checkVariable(state, name, null, 'shell')
  state.variables.delete(name)
}
