import type { Import, Renaming } from '../file-facts.ts'
import { tokenKind, type Tokens } from './tokens.ts'

const longestSpecifier = 500

/** Text of a string token without its quotes; of one that is too long to name a module, nothing. */
export function textOf(tokens: Tokens, at: number): string {
  if (tokens.end(at) - tokens.start(at) > 2 * longestSpecifier) return ''
  return tokens.slice(at).replace(/^[a-z]?["'`]+|["'`]+$/g, '')
}

/** Adds an import at the line of a token; `renamed` are the names that go by another one here. */
export function take(
  tokens: Tokens,
  found: Import[],
  at: number,
  specifier: string,
  names: readonly string[] = [],
  renamed: readonly Renaming[] = [],
): void {
  if (specifier !== '' && specifier.length <= longestSpecifier && !specifier.includes('\n'))
    add(tokens, found, at, { specifier, names, renamed })
}

function add(
  tokens: Tokens,
  found: Import[],
  at: number,
  { renamed, ...one }: Pick<Required<Import>, 'specifier' | 'names' | 'renamed'>,
): void {
  const others = renamed.filter(([name, local]) => name !== local && local !== '' && local !== '_')
  found.push({ ...one, line: tokens.line(at) + 1, ...(others.length > 0 ? { renamed: others } : {}) })
}

/** The word behind `as` at a token, as the new name of another one; nothing where no `as` stands there. */
export function renamedAt(tokens: Tokens, at: number, name: string): readonly Renaming[] {
  return tokens.kind(at) === tokenKind.word && tokens.slice(at) === 'as' && tokens.kind(at + 1) === tokenKind.word
    ? [[name, tokens.slice(at + 1)]]
    : []
}

/** `import a, { b as c } from 'd'`, `export * from 'd'`, `export { a as b }`, `import 'd'`, `import('d')`, `require('d')`. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
export function ecmascriptImport(tokens: Tokens, at: number, found: Import[]): number {
  if (tokens.kind(at - 1) === 46) return 0
  if (tokens.kind(at + 1) === 40) {
    if (tokens.kind(at + 2) === tokenKind.string) take(tokens, found, at, textOf(tokens, at + 2), required(tokens, at))
    return at + 2
  }
  if (tokens.slice(at) === 'require') return 0
  if (exportsDefault(tokens, at, found)) return at + 2
  const taken: Taken = { names: [], renamed: [], listed: false }
  for (let token = at + 1; token < Math.min(tokens.count, at + 2000); token++) {
    const kind = tokens.kind(token)
    if (kind === tokenKind.string) {
      const before = tokens.kind(token - 1) === tokenKind.word ? tokens.slice(token - 1) : ''
      if (before === 'from' || token === at + 1) take(tokens, found, at, textOf(tokens, token), taken.names, taken.renamed)
      return token + 1
    }
    if (kind === 42) taken.names.push('*')
    else if (kind === tokenKind.word && tokens.word(token) === tokens.word(at) && tokens.kind(token - 1) === tokenKind.word) return 0
    else if (kind === tokenKind.word) token = noteName(tokens, token, taken)
    else if (kind === 123 || kind === 125) taken.listed = kind === 123
    else if (kind !== 44) return 0
    if (kind === 125 && !isFrom(tokens, token + 1)) {
      if (!isList(tokens, at)) return 0
      add(tokens, found, at, { specifier: '', names: taken.names, renamed: taken.renamed })
      return token
    }
  }
  return 0
}

interface Taken {
  names: string[]
  renamed: Renaming[]
  /** Whether we are within braces. */
  listed: boolean
}

/** Whether an `export` is one of a list of names, not of what is declared behind it. */
const isList = (tokens: Tokens, at: number): boolean =>
  tokens.slice(at) === 'export' && (tokens.kind(at + 1) === 123 || (tokens.kind(at + 2) === 123 && tokens.slice(at + 1) === 'type'))

const isFrom = (tokens: Tokens, at: number): boolean => tokens.kind(at) === tokenKind.word && tokens.slice(at) === 'from'

/** `a as b` takes a; `type` before a name takes nothing; a name outside of braces is this file's for the default. */
function noteName(tokens: Tokens, at: number, { names, renamed, listed }: Taken): number {
  const word = tokens.slice(at)
  const next = tokens.kind(at + 1)
  if (word === 'as') {
    const name = names.at(-1) ?? ''
    renamed.push([name === '*' ? '' : name, tokens.slice(at + 1)])
    return at + 1
  }
  if (word === 'type' && next !== 44 && next !== 125 && !isFrom(tokens, at + 1)) return at
  if (listed) names.push(word)
  else if (word !== 'from' || next !== tokenKind.string) renamed.push(['default', word])
  return at
}

/** `export default a` and `export = a`, where a is a name and nothing more. */
function exportsDefault(tokens: Tokens, at: number, found: Import[]): boolean {
  if (tokens.slice(at) !== 'export' || !(tokens.kind(at + 1) === 61 || tokens.slice(at + 1) === 'default')) return false
  const [name, end] = [at + 2, tokens.kind(at + 3)]
  if (tokens.kind(name) !== tokenKind.word || !(end === 59 || end === 0 || tokens.leads(at + 3))) return false
  add(tokens, found, at, { specifier: '', names: [tokens.slice(name)], renamed: [[tokens.slice(name), 'default']] })
  return true
}

/** Names that `const { a, b: c } = require('d')` takes. */
function required(tokens: Tokens, at: number): readonly string[] {
  if (tokens.kind(at - 1) !== 61 || tokens.kind(at - 2) !== 125) return []
  const open = tokens.partner(at - 2)
  const names: string[] = []
  for (let token = Math.max(open, at - 400) + 1; open >= 0 && token < at - 2; token++) {
    if (tokens.kind(token) === tokenKind.word && tokens.kind(token - 1) !== 58) names.push(tokens.slice(token))
  }
  return names
}

/** `#include "a.h"`, `#include <a.h>`, `#import`. */
export function includeImport(tokens: Tokens, at: number, found: Import[]): number {
  if (tokens.kind(at - 1) !== 35) return 0
  if (tokens.kind(at + 1) === tokenKind.string) take(tokens, found, at, textOf(tokens, at + 1))
  else if (tokens.kind(at + 1) === 60) {
    const rest = tokens.text.slice(tokens.start(at + 1), tokens.start(at + 1) + longestSpecifier)
    const end = rest.indexOf('>')
    if (end > 0) take(tokens, found, at, rest.slice(0, end + 1))
  }
  return at + 2
}

/** `require 'a'`, `require("a")`. */
export function luaImport(tokens: Tokens, at: number, found: Import[]): number {
  const argument = tokens.kind(at + 1) === 40 ? at + 2 : at + 1
  if (tokens.kind(argument) === tokenKind.string) take(tokens, found, at, textOf(tokens, argument))
  return argument
}

/** `library(a)`, `requireNamespace("a")`, `source("a.R")`. */
export function rImport(tokens: Tokens, at: number, found: Import[]): number {
  if (tokens.kind(at + 1) !== 40) return 0
  if (tokens.kind(at + 2) === tokenKind.string) take(tokens, found, at, textOf(tokens, at + 2))
  else if (tokens.kind(at + 2) === tokenKind.word && tokens.slice(at) !== 'source') take(tokens, found, at, tokens.slice(at + 2))
  return at + 2
}

/** `source a.sh`, `. a.sh`. */
export function shellImport(tokens: Tokens, at: number, found: Import[]): number {
  if (!tokens.leads(at)) return 0
  const line = tokens.text.slice(tokens.end(at), tokens.end(at) + longestSpecifier)
  const end = line.indexOf('\n')
  const rest = line.slice(0, end < 0 ? undefined : end).trim()
  const specifier = /^["']?([^\s"';&|]+)/.exec(rest)?.[1] ?? ''
  take(tokens, found, at, specifier)
  return at + 1
}

/** `@import 'a'`, `@import url(a)`, `@use 'a'`; Zig's `const b = @import("a")` and `const b = @import("a").c`. */
export function cssImport(tokens: Tokens, at: number, found: Import[]): number {
  if (tokens.kind(at - 1) !== 64) return 0
  const local = tokens.kind(at - 2) === 61 && tokens.kind(at - 3) === tokenKind.word ? tokens.slice(at - 3) : ''
  const names =
    tokens.kind(at + 3) === 41 && tokens.kind(at + 4) === 46 && tokens.kind(at + 5) === tokenKind.word ? [tokens.slice(at + 5)] : []
  for (let token = at + 1; token < at + 4; token++)
    if (tokens.kind(token) === tokenKind.string) take(tokens, found, at, textOf(tokens, token), names, [[names[0] ?? '', local]])
  return at + 1
}
