import type { Pending } from './pending.ts'
import { follow, fork, giveUp, limits, type ShellState } from './state.ts'
import { checkVariable } from './variables.ts'
import { arrayOf, eitherOf, known as wordOf, oneOf, type Word } from './words.ts'

/** Walks what a name means in this text, where it is a function or an alias of it. True where it can be nothing else. */
export function callFunction(state: ShellState, pending: Pending, name: string, args: readonly Word[], resolveText: (state: ShellState, args: readonly Word[], ownShell: boolean) => void): boolean {
  callAlias(state, name, pending, resolveText)
  const bodies = state.functions.get(name)
  if (bodies === undefined || state.recursive.has(name)) return false
  if (state.depth >= limits.scriptDepth * 2) {
    giveUp(state, 'functions that call functions too deep')
    return false
  }
  for (const { name: variable, value } of pending.assignments) checkVariable(state, variable, value, 'programs')
  for (const known of bodies) {
    known.called = true
    const inner: ShellState = { ...fork(state), depth: state.depth + 1 }
    setParameters(inner, args, known.body.text)
    inner.walk(inner, known.body)
    follow(state, inner)
  }
  return bodies.some(({ certain }) => certain)
}

/** Inside a function or a script that a shell is given, `$1` is its first word, as long as nothing moves the words. */
export function setParameters(state: ShellState, args: readonly Word[], body: string): void {
  for (const name of state.variables.keys()) if (/^(\d+|@)$/.test(name)) state.variables.delete(name)
  if (/\b(shift|set|eval|source)\b/.test(body)) return
  // From a wildcard on each place may hold any of the names that follow.
  const wild = args.findIndex(({ glob }) => glob)
  const sure = wild === -1 ? args : args.slice(0, wild)
  if (args.some(({ value, more, splits }) => value === null || more !== null || splits)) return
  for (const [index, word] of sure.slice(0, 9).entries()) state.variables.set(String(index + 1), word)
  const all = arrayOf('"$@"', args)
  if (all !== null) state.variables.set('@', all)
  const [first, ...more] = wild === -1 ? [] : args.slice(wild).map(oneOf)
  if (first === undefined) return
  for (let index = wild; index < 9; index++) state.variables.set(String(index + 1), eitherOf(first.source, [first, ...more]))
}

/** An alias is read where a later line begins with its name, in some shells: both meanings are walked. */
function callAlias(state: ShellState, name: string, pending: Pending, resolveText: (state: ShellState, args: readonly Word[], ownShell: boolean) => void): void {
  if (!state.aliases.has(name) || state.depth >= limits.scriptDepth) return
  const text = state.aliases.get(name)
  // Both are walked, and still: nobody with an honest need renames a command for one line.
  giveUp(state, `${name} is an alias here`)
  if (text === undefined || text === null) return giveUp(state, `what the alias ${name} means is not known`)
  const words = pending.words.slice(1)
  if (words.some(({ value }) => value === null)) return giveUp(state, `words after the alias ${name} are not known`)
  const aliases = new Map(state.aliases)
  aliases.delete(name)
  const quoted = words.map((word): Word => ({ ...word, value: `'${(word.value ?? '').replaceAll('\'', '\'\\\'\'')}'`, glob: false }))
  resolveText({ ...fork(state), aliases, depth: state.depth + 1 }, [wordOf(text, text), ...quoted], false)
}

/** Notes what `alias name=text` says; a text that is more than plain words may change how what follows is read. */
export function defineAlias(state: ShellState, args: readonly Word[]): void {
  for (const { value } of args) {
    const [, name, text] = /^([\w.-]+)=(.*)$/s.exec(value ?? '') ?? []
    if (name === undefined || text === undefined) {
      if (value === null || value.includes('=')) giveUp(state, 'an alias that is not known')
      continue
    }
    if (!/^[\w./=:,@%+ -]*\S$/.test(text)) giveUp(state, `the alias ${name} is more than plain words`)
    state.aliases.set(name, text)
  }
}
