import type { Import } from '../file-facts.ts'
import { tokenKind, type Tokens } from './tokens.ts'

const longestSpecifier = 500

/** Text of a string token without its quotes; of one that is too long to name a module, nothing. */
export function textOf(tokens: Tokens, at: number): string {
  if (tokens.end(at) - tokens.start(at) > 2 * longestSpecifier) return ''
  return tokens.slice(at).replace(/^[a-z]?["'`]+|["'`]+$/g, '')
}

/** Adds an import at the line of a token. */
export function take(tokens: Tokens, found: Import[], at: number, specifier: string, names: readonly string[] = []): void {
  if (specifier !== '' && specifier.length <= longestSpecifier && !specifier.includes('\n'))
    found.push({ specifier, names, line: tokens.line(at) + 1 })
}

/** `import a, { b } from 'c'`, `export * from 'c'`, `import 'c'`, `import('c')`, `require('c')`. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
export function ecmascriptImport(tokens: Tokens, at: number, found: Import[]): number {
  if (tokens.kind(at - 1) === 46) return 0
  if (tokens.kind(at + 1) === 40) {
    if (tokens.kind(at + 2) === tokenKind.string) take(tokens, found, at, textOf(tokens, at + 2), required(tokens, at))
    return at + 2
  }
  if (tokens.slice(at) === 'require') return 0
  const names: string[] = []
  for (let token = at + 1; token < Math.min(tokens.count, at + 2000); token++) {
    const kind = tokens.kind(token)
    if (kind === tokenKind.string) {
      const before = tokens.kind(token - 1) === tokenKind.word ? tokens.slice(token - 1) : ''
      if (before === 'from') names.pop()
      if (before === 'from' || token === at + 1) take(tokens, found, at, textOf(tokens, token), names)
      return token + 1
    }
    if (kind === 42) names.push('*')
    else if (kind === tokenKind.word && tokens.word(token) === tokens.word(at) && tokens.kind(token - 1) === tokenKind.word) return 0
    else if (kind === tokenKind.word) token = noteName(tokens, token, names)
    else if (kind !== 123 && kind !== 125 && kind !== 44) return 0
  }
  return 0
}

/** `a as b` takes a; `type` before a name takes nothing. */
function noteName(tokens: Tokens, at: number, names: string[]): number {
  const word = tokens.slice(at)
  if (word === 'as') return at + 1
  const next = tokens.kind(at + 1)
  if (word !== 'type' || next === 44 || next === 125) names.push(word)
  return at
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

/** `@import 'a'`, `@import url(a)`, `@use 'a'`; Zig's `@import("a")`. */
export function cssImport(tokens: Tokens, at: number, found: Import[]): number {
  if (tokens.kind(at - 1) !== 64) return 0
  for (let token = at + 1; token < at + 4; token++)
    if (tokens.kind(token) === tokenKind.string) take(tokens, found, at, textOf(tokens, token))
  return at + 1
}
