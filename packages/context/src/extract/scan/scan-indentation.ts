import type { DefinitionKind } from '../file-facts.ts'
import { define, type Draft } from './draft.ts'

interface Open {
  readonly column: number
  /** Place in the list of definitions, or -1. */
  readonly definition: number
  readonly kind: DefinitionKind | 'block'
  readonly name: string
}

/** Finds the definitions of a language whose bodies are further in than their heads. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
export function scanIndentation(draft: Draft): void {
  const { tokens, language } = draft
  const open: Open[] = []
  const python = language === 'python'
  let depth = 0
  let escaped = -1
  for (let at = 0; at < tokens.count; at++) {
    const kind = tokens.kind(at)
    if (tokens.leads(at) && depth === 0 && at !== escaped) {
      close(draft, open, at)
      if (kind === 1) lead(draft, open, at)
    }
    if (kind === 92 && tokens.line(at + 1) > tokens.line(at)) escaped = at + 1
    if (!python) continue
    if ((kind === 40 || kind === 91 || kind === 123) && tokens.partner(at) >= 0) depth += 1
    else if ((kind === 41 || kind === 93 || kind === 125) && tokens.partner(at) >= 0) depth -= 1
  }
  close(draft, open, tokens.count)
}

/** Ends what is not further out than the next line; a closing word on that line still belongs to it. */
function close(draft: Draft, open: Open[], at: number): void {
  const { tokens, definitions } = draft
  const column = at < tokens.count ? tokens.column(at) : -1
  const closes = at < tokens.count && tokens.kind(at) === 1 && tokens.slice(at) === 'end'
  for (let top = open.at(-1); top !== undefined && top.column >= column; top = open.at(-1)) {
    open.pop()
    const known = definitions[top.definition]
    if (known === undefined) continue
    const last = closes && top.column === column ? at : at - 1
    definitions[top.definition] = { ...known, endLine: Math.max(known.startLine, tokens.line(last) + 1) }
  }
}

/** Looks at the first tokens of a line. */
function lead(draft: Draft, open: Open[], at: number): void {
  const { tokens, lexicon, language } = draft
  const column = tokens.column(at)
  let keyword = at
  while (tokens.kind(keyword) === 1 && isModifier(draft, keyword) && tokens.kind(keyword + 1) === 1 && !tokens.leads(keyword + 1))
    keyword += 1
  const word = tokens.word(keyword)
  if (word >= 0 && word < lexicon.declaring) return declared(draft, open, at, keyword)
  const constant = language === 'lua' ? assignedFunction(draft, open, at, keyword) : constantAt(draft, open, at)
  if (constant >= 0) open.push({ column, definition: constant, kind: 'constant', name: '' })
}

function isModifier({ tokens, lexicon }: Draft, at: number): boolean {
  return ` ${lexicon.syntax.modifiers ?? ''} `.includes(` ${tokens.slice(at)} `)
}

// eslint-disable-next-line complexity -- a question for each kind of token, flat
function declared(draft: Draft, open: Open[], at: number, keyword: number): void {
  const { tokens, lexicon, language } = draft
  const kind = lexicon.syntax.declares?.[tokens.slice(keyword)] ?? 'function'
  const column = tokens.column(at)
  const parent = open.findLast((one) => one.kind !== 'constant')
  if (tokens.kind(keyword + 1) === 60) {
    open.push({ column, definition: -1, kind: 'class', name: parent?.name ?? '' }) // class << self
    return
  }
  const { name, text, container } = nameOf(draft, keyword + 1)
  if (name < 0) return
  const within =
    parent !== undefined && (parent.kind === 'class' || parent.kind === 'interface' || (parent.kind === 'module' && language === 'ruby'))
  const actual = kind === 'function' && (within || (container !== undefined && language !== 'elixir')) ? 'method' : kind
  const headEnd = endOfHead(draft, name)
  const place = define(draft, { kind: actual, name, text, from: at, headEnd, to: at, container: container ?? parent?.name })
  open.push({ column, definition: place, kind: actual, name: text })
  markBases(draft, name + 1, headEnd, actual)
}

const operatorName = /[^\s(;,]+/y

// eslint-disable-next-line complexity -- a question for each kind of token, flat
function nameOf({ tokens, lexicon, language }: Draft, from: number): { name: number; text: string; container?: string } {
  let at = from
  let container: string | undefined
  if (tokens.kind(at) !== 1) {
    if (language !== 'ruby' || at >= tokens.count) return { name: -1, text: '' }
    operatorName.lastIndex = tokens.start(at)
    return { name: at, text: operatorName.exec(tokens.text)?.[0] ?? '' }
  }
  if (language !== 'ruby' && lexicon.words.isKeyword(tokens.word(at)) && tokens.word(at) < lexicon.declaring) return { name: -1, text: '' }
  for (;;) {
    const kind = tokens.kind(at + 1)
    const width = kind === 46 ? 1 : kind === 58 ? (tokens.kind(at + 2) === 58 ? 2 : language === 'lua' ? 1 : 0) : 0
    if (width === 0 || tokens.kind(at + 1 + width) !== 1 || tokens.start(at + 1) !== tokens.end(at)) break
    if (tokens.slice(at) !== 'self') container = tokens.slice(at)
    at += 1 + width
  }
  const text = language === 'elixir' ? tokens.text.slice(tokens.start(from), tokens.end(at)) : setter(tokens, at, language)
  return { name: at, text, ...(container === undefined || language === 'elixir' ? {} : { container }) }
}

/** `def name=(value)` of Ruby. */
function setter(tokens: Draft['tokens'], at: number, language: string): string {
  const assigns = language === 'ruby' && tokens.kind(at + 1) === 61 && tokens.start(at + 1) === tokens.end(at) && tokens.kind(at + 2) === 40
  return assigns ? `${tokens.slice(at)}=` : tokens.slice(at)
}

/** Heads go to the end of the line, or further while a bracket is open. */
function endOfHead({ tokens, language }: Draft, name: number): number {
  let at = name + 1
  while (at < tokens.count && !tokens.leads(at)) {
    const kind = tokens.kind(at)
    if (language === 'python' && kind === 58) return at
    at = kind === 40 || kind === 91 ? Math.max(tokens.partner(at), at) + 1 : at + 1
  }
  return Math.min(at, tokens.count)
}

/** `class A(B, C):` and `class A < B`. */
function markBases(draft: Draft, from: number, to: number, kind: DefinitionKind): void {
  if (kind !== 'class') return
  const { tokens, lexicon } = draft
  if (tokens.kind(from) !== 40 && tokens.kind(from) !== 60) return
  for (let at = from; at < to; at++) {
    if (tokens.kind(at) !== 1 || lexicon.words.isKeyword(tokens.word(at))) continue
    const next = tokens.kind(at + 1)
    if (next !== 46 && next !== 61 && !(next === 58 && tokens.kind(at + 2) === 58)) draft.bases.add(at)
  }
}

/** `NAME = …` outside of functions: any name in Python's modules, capitals in Ruby. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
function constantAt(draft: Draft, open: readonly Open[], at: number): number {
  const { tokens, language, lexicon } = draft
  if (language !== 'python' && language !== 'ruby' && language !== 'julia') return -1
  const parent = open.at(-1)
  if (lexicon.words.isKeyword(tokens.word(at))) return -1
  if (
    language === 'ruby'
      ? !/^[A-Z]/.test(tokens.slice(at)) || parent?.kind === 'method' || parent?.kind === 'function'
      : tokens.column(at) > 0
  )
    return -1
  const equals = tokens.kind(at + 1) === 58 && language === 'python' ? annotated(draft, at + 1) : at + 1
  if (tokens.kind(equals) !== 61 || tokens.kind(equals + 1) === 61 || tokens.kind(equals + 1) === 126) return -1
  return define(draft, { kind: 'constant', name: at, from: at, headEnd: endOfHead(draft, at), to: at, container: parent?.name })
}

function annotated({ tokens }: Draft, colon: number): number {
  for (let at = colon; at < tokens.count && tokens.line(at) === tokens.line(colon); at++) if (tokens.kind(at) === 61) return at
  return colon
}

/** `name = function(…)` of Lua, also `a.name = function(…)`. */
function assignedFunction(draft: Draft, open: readonly Open[], at: number, name: number): number {
  const { tokens } = draft
  let last = name
  while (
    (tokens.kind(last + 1) === 46 || tokens.kind(last + 1) === 58) &&
    tokens.kind(last + 2) === 1 &&
    tokens.line(last + 2) === tokens.line(name)
  )
    last += 2
  if (tokens.kind(last) !== 1 || tokens.kind(last + 1) !== 61 || tokens.kind(last + 2) !== 1 || tokens.slice(last + 2) !== 'function')
    return -1
  const container = last > name ? tokens.slice(last - 2) : open.at(-1)?.name
  return define(draft, {
    kind: last > name ? 'method' : 'function',
    name: last,
    from: at,
    headEnd: endOfHead(draft, last),
    to: at,
    container,
  })
}
