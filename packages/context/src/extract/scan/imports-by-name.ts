import type { Import, Renaming } from '../file-facts.ts'
import { renamedAt, take, textOf } from './imports-by-path.ts'
import { tokenKind, type Tokens } from './tokens.ts'

/** Words joined by dots, `::` or backslashes from a token on, and the token behind them. */
function path(tokens: Tokens, from: number): { text: string; end: number } {
  let end = from
  while (end < tokens.count) {
    const kind = tokens.kind(end)
    if (kind !== tokenKind.word && kind !== 46 && kind !== 58 && kind !== 92) break
    if (end > from && tokens.start(end) !== tokens.end(end - 1)) break
    end += 1
  }
  return { text: end > from ? tokens.text.slice(tokens.start(from), tokens.end(end - 1)) : '', end }
}

/** `import a.b as c, d`, `from .a import (b as c, d)`. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
export function pythonImport(tokens: Tokens, at: number, found: Import[]): number {
  if (!tokens.leads(at) && tokens.kind(at - 1) !== 59 && tokens.kind(at - 1) !== 58) return 0
  if (tokens.slice(at) === 'import') return pythonModules(tokens, at, found)
  const { text, end } = path(tokens, at + 1)
  if (tokens.kind(end) !== tokenKind.word || tokens.slice(end) !== 'import') return 0
  const names: string[] = []
  const renamed: Renaming[] = []
  const bracket = tokens.kind(end + 1) === 40
  let token = bracket ? end + 2 : end + 1
  for (; token < tokens.count; token++) {
    const kind = tokens.kind(token)
    if (kind === 41 || kind === 59 || (!bracket && tokens.leads(token) && tokens.kind(token - 1) !== 92)) break
    if (kind === 42) names.push('*')
    else if (kind === tokenKind.word && tokens.slice(token) === 'as') renamed.push(...renamedAt(tokens, token++, names.at(-1) ?? ''))
    else if (kind === tokenKind.word) names.push(tokens.slice(token))
  }
  take(tokens, found, at, text, names, renamed)
  return token
}

function pythonModules(tokens: Tokens, at: number, found: Import[]): number {
  let token = at + 1
  for (;;) {
    const { text, end } = path(tokens, token)
    const renamed = renamedAt(tokens, end, '')
    take(tokens, found, at, text, [], renamed)
    token = renamed.length > 0 ? end + 2 : end
    if (tokens.kind(token) !== 44 || tokens.line(token) !== tokens.line(at)) return token
    token += 1
  }
}

/** `import "a"`, `import b "a"`, and several in parentheses. */
export function goImport(tokens: Tokens, at: number, found: Import[]): number {
  if (!tokens.leads(at)) return 0
  const close = tokens.kind(at + 1) === 40 ? tokens.partner(at + 1) : Math.min(at + 3, tokens.count)
  let token = at + 1
  for (; token < close; token++) {
    if (tokens.kind(token) !== tokenKind.string) continue
    const local = token > at + 1 && tokens.kind(token - 1) === tokenKind.word && !tokens.leads(token) ? tokens.slice(token - 1) : ''
    take(tokens, found, token, textOf(tokens, token), [], [['', local]])
    if (tokens.kind(at + 1) !== 40) break
  }
  return token
}

/** `use a::{b, c as d};` as one import for each path, `mod a;`, `extern crate a;`. */
export function rustImport(tokens: Tokens, at: number, found: Import[]): number {
  const word = tokens.slice(at)
  if (word === 'mod') {
    if (tokens.kind(at + 1) === tokenKind.word && tokens.kind(at + 2) === 59) take(tokens, found, at, `self::${tokens.slice(at + 1)}`)
    return 0
  }
  if (word === 'extern') {
    if (tokens.slice(at + 1) === 'crate') take(tokens, found, at, tokens.slice(at + 2), [], renamedAt(tokens, at + 3, ''))
    return at + 1
  }
  return rustUse(tokens, at + 1, '', found)
}

function rustUse(tokens: Tokens, from: number, prefix: string, found: Import[], depth = 0): number {
  let at = from
  let current = prefix
  let local = ''
  for (; at < tokens.count; at++) {
    const kind = tokens.kind(at)
    if (kind === tokenKind.word && tokens.slice(at) === 'as') local = tokens.slice(++at)
    else if (kind === tokenKind.word) current = current === '' ? tokens.slice(at) : `${current}::${tokens.slice(at)}`
    else if (kind === 42) current = `${current}::*`
    else if (kind === 123 && depth < 16) {
      at = rustUse(tokens, at + 1, current, found, depth + 1)
      current = ''
    } else if (kind !== 58) {
      noteUse(tokens, from, { whole: current, prefix, local }, found)
      current = prefix
      local = ''
      if (kind !== 44) return at
    }
  }
  return at
}

/** A longer path names nothing, and would be split once for each name that it is before. */
const longestPath = 1000

interface Use {
  readonly whole: string
  readonly prefix: string
  /** What it is called from here on; empty where that is its own name. */
  readonly local: string
}

function noteUse(tokens: Tokens, at: number, { whole, prefix, local }: Use, found: Import[]): void {
  if (whole === '' || whole.length > longestPath || whole === prefix) return
  const parts = whole.split('::')
  const last = parts.pop() ?? ''
  if (parts.length === 0) take(tokens, found, at, last, [], [['', local]])
  else if (last === 'self') take(tokens, found, at, parts.join('::'), [], [['', local]])
  else take(tokens, found, at, parts.join('::'), [last], [[last, local]])
}

/** `import a.b.C;`, `import static a.B.c;`, `import a.*;`; the package is an import of itself, since it names all in it. */
export function javaImport(tokens: Tokens, at: number, found: Import[]): number {
  if (!tokens.leads(at) || tokens.kind(at + 1) !== tokenKind.word) return 0
  const from = tokens.slice(at + 1) === 'static' ? at + 2 : at + 1
  const { text, end } = path(tokens, from)
  if (tokens.slice(at) === 'package') take(tokens, found, at, text, ['*'])
  else if (tokens.kind(end) === 42) take(tokens, found, at, text.replace(/\.$/, ''), ['*'])
  else take(tokens, found, at, text, [text.slice(text.lastIndexOf('.') + 1)])
  return end
}

/** `using A.B;`, `using static A.B;`, `using C = A.B;`; a namespace is an import of itself. */
export function csharpImport(tokens: Tokens, at: number, found: Import[]): number {
  if (tokens.kind(at + 1) !== tokenKind.word) return 0
  const from = tokens.slice(at + 1) === 'static' ? at + 2 : at + 1
  if (tokens.kind(from + 1) === 61) return csharpAlias(tokens, at, from, found)
  const { text, end } = path(tokens, from)
  if (tokens.slice(at) === 'namespace' ? tokens.kind(end) === 123 || tokens.kind(end) === 59 : tokens.kind(end) === 59)
    take(tokens, found, at, text, ['*'])
  return end
}

/** A name for a type, or for a namespace: nobody can tell which of them it is. */
function csharpAlias(tokens: Tokens, at: number, from: number, found: Import[]): number {
  const { text, end } = path(tokens, tokens.slice(from + 2) === 'global' ? from + 5 : from + 2)
  if (tokens.kind(end) !== 59 && tokens.kind(end) !== 60) return end
  const dot = text.lastIndexOf('.')
  const name = text.slice(dot + 1)
  if (dot > 0) take(tokens, found, at, text.slice(0, dot), [name], [[name, tokens.slice(from)]])
  if (dot > 0) take(tokens, found, at, text, ['*'])
  return end
}

/** `require 'a'`, `require_relative 'a'`, `autoload :A, 'a'`. */
export function rubyImport(tokens: Tokens, at: number, found: Import[]): number {
  if (tokens.kind(at - 1) === 46) return 0
  let token = tokens.kind(at + 1) === 40 ? at + 2 : at + 1
  if (tokens.slice(at) === 'autoload') token += 3
  if (tokens.kind(token) !== tokenKind.string || tokens.line(token) !== tokens.line(at)) return 0
  const specifier = textOf(tokens, token)
  take(tokens, found, at, tokens.slice(at) === 'require_relative' && !specifier.startsWith('.') ? `./${specifier}` : specifier)
  return token
}

/** `use A\B\C as D;`, `use A\{B, C};`, `require 'a.php'`; a namespace is an import of itself. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
export function phpImport(tokens: Tokens, at: number, found: Import[]): number {
  const word = tokens.slice(at)
  if (/^(?:require|include)/.test(word)) {
    for (let token = at + 1; token < at + 8 && tokens.kind(token) !== 59; token++)
      if (tokens.kind(token) === tokenKind.string) take(tokens, found, at, textOf(tokens, token).replace(/^\//, './'))
    return at + 1
  }
  const before = tokens.kind(at - 1)
  if (before === 41 || before === 46) return 0 // function () use ($a)
  let from = at + 1
  if (word === 'use' && /^(?:function|const)$/.test(tokens.slice(from))) from += 1
  for (;;) {
    const { text, end } = path(tokens, from)
    if (tokens.kind(end) === 123 && word === 'use') return phpGroup(tokens, end, text, found)
    const name = text.slice(text.lastIndexOf('\\') + 1)
    const [names, renamed] = word === 'namespace' ? [['*'], []] : [[name], renamedAt(tokens, end, name)]
    if (text !== '') take(tokens, found, at, text.replace(/^\\/, ''), names, renamed)
    from = tokens.kind(end) === tokenKind.word ? end + 2 : end
    if (tokens.kind(from) !== 44) return from
    from += 1
  }
}

function phpGroup(tokens: Tokens, open: number, prefix: string, found: Import[]): number {
  const close = tokens.partner(open)
  for (let token = open + 1; token < close; token++) {
    const { text, end } = path(tokens, token)
    const name = text.slice(text.lastIndexOf('\\') + 1)
    if (text !== '') take(tokens, found, open, prefix.replace(/^\\/, '') + text, [name], renamedAt(tokens, end, name))
    token = Math.max(end, token)
    while (token < close && tokens.kind(token) !== 44) token += 1
  }
  return Math.max(close, open)
}

/** `alias A.B.{C, D}`, `alias A.B, as: C`, `import A`, `use A`. A module goes by the last part of its name, or by another one. */
export function elixirImport(tokens: Tokens, at: number, found: Import[]): number {
  if (!tokens.leads(at)) return 0
  const { text, end } = path(tokens, at + 1)
  if (tokens.kind(end) !== 123) {
    const local = elixirLocal(tokens, at, end) ?? (tokens.slice(at) === 'alias' ? lastPart(text) : '')
    take(tokens, found, at, text, [], local === '' ? [] : [[text, local]])
    return end
  }
  const close = tokens.partner(end)
  for (let token = end + 1; token < close; token++) {
    if (tokens.kind(token) !== tokenKind.word) continue
    const part = path(tokens, token)
    take(tokens, found, at, `${text}${part.text}`, [], [[`${text}${part.text}`, lastPart(part.text)]])
    token = Math.max(token, part.end - 1)
  }
  return Math.max(close, end)
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1)

/** Of `, as: C`. */
function elixirLocal(tokens: Tokens, at: number, end: number): string | undefined {
  const isNamed = tokens.kind(end) === 44 && tokens.slice(end + 1) === 'as' && tokens.kind(end + 2) === 58
  return isNamed && tokens.line(end + 3) === tokens.line(at) ? tokens.slice(end + 3) : undefined
}

/** `import a.b.C as D`, `import a.b.{C => D, E}`, `import 'a.dart' as b show C`. */
export function dottedImport(tokens: Tokens, at: number, found: Import[]): number {
  if (!tokens.leads(at)) return 0
  if (tokens.kind(at + 1) === tokenKind.string) return dartImport(tokens, at, found)
  const { text, end } = path(tokens, at + 1)
  const all = tokens.slice(at) === 'package' || /[._]$|\*$/.test(text) || tokens.kind(end) === 42
  const module = text.replace(/[._]+$/, '')
  if (tokens.kind(end) === 123) scalaNames(tokens, at, end, module, found)
  else
    take(tokens, found, at, module, all ? ['*'] : [lastPart(text)], all || tokens.leads(end) ? [] : renamedAt(tokens, end, lastPart(text)))
  return end
}

/** `{C, D => E, F as G, _}` */
function scalaNames(tokens: Tokens, at: number, open: number, module: string, found: Import[]): void {
  const names: string[] = []
  const renamed: Renaming[] = []
  for (let token = open + 1; token < tokens.partner(open); token++) {
    if (tokens.kind(token) !== tokenKind.word) continue
    const before = tokens.kind(token - 1)
    if (before === 62) renamed.push([names.at(-1) ?? '', tokens.slice(token)])
    else if (tokens.slice(token) === 'as' && before === tokenKind.word) renamed.push(...renamedAt(tokens, token++, names.at(-1) ?? ''))
    else names.push(tokens.slice(token) === '_' ? '*' : tokens.slice(token))
  }
  take(tokens, found, at, module, names, renamed)
}

/** `import 'a.dart' as b show C, D hide E;` */
function dartImport(tokens: Tokens, at: number, found: Import[]): number {
  const names: string[] = []
  let token = at + 2
  let word = ''
  for (; token < tokens.count && tokens.kind(token) !== 59; token++) {
    if (tokens.kind(token) !== tokenKind.word) {
      if (tokens.kind(token) !== 44) break
    } else if (/^(?:as|show|hide|deferred)$/.test(tokens.slice(token))) word = tokens.slice(token)
    else if (word === 'show') names.push(tokens.slice(token))
    else if (word !== 'as' && word !== 'hide') break
  }
  take(tokens, found, at, textOf(tokens, at + 1), names, renamedAt(tokens, at + 2, ''))
  return token
}
