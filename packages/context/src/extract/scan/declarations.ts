import type { DefinitionKind } from '../file-facts.ts'
import { define } from './draft.ts'
import { type Body, findBody } from './find-body.ts'
import type { Place, Scope } from './scan-braces.ts'

/** A declaration led by a word such as `class` or `func`. Answers the token to go on with, or 0 where there is none. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
export function declaration(place: Place, at: number): number {
  const { tokens, lexicon, language } = place.draft
  const keyword = lexicon.words.word(tokens.word(at))
  const before = tokens.kind(at - 1)
  if (before === 46 || (before === 58 && tokens.kind(at - 2) === 58) || (before === 62 && tokens.kind(at - 2) === 45 && language === 'php'))
    return 0
  if (keyword === 'impl' || keyword === 'extension') return extension(place, at)
  if (keyword === 'macro_rules') return macro(place, at)
  if (keyword === 'delegate') return delegate(place, at)
  if (keyword === 'func' && language === 'go' && !tokens.leads(at)) return 0
  const named = nameAfter(place, at + 1)
  if (named === null) return 0
  const kind = kindOf(place, lexicon.syntax.declares?.[keyword] ?? 'function', keyword, named)
  const body = findBody(place.draft, named.end, named.name)
  if (!isPlausible(place, at, keyword, named, body)) return 0
  return note(place, at, kind, named, body)
}

interface Named {
  /** Token of the name, and the one behind it. */
  readonly name: number
  readonly end: number
  readonly text?: string
  readonly container?: string
}

function note(place: Place, at: number, kind: DefinitionKind, named: Named, body: Body): number {
  const { draft, scope, bodies } = place
  const text = named.text ?? draft.tokens.slice(named.name)
  const container = named.container ?? scope.name
  define(draft, { kind, name: named.name, text, from: firstModifier(place, at), headEnd: body.headEnd, to: body.to, container })
  if (body.open >= 0) bodies.set(body.open, { kind: scopeKind(kind), name: text, close: body.to })
  if (kind !== 'function' && kind !== 'method') markBases(place, named.end, body.headEnd)
  return named.end
}

const scopeKind = (kind: DefinitionKind): Scope['kind'] => {
  if (kind === 'function' || kind === 'method') return 'function'
  return kind === 'module' ? 'file' : 'type'
}

/** The name behind a keyword, past what may stand between: `*`, `&`, type parameters, a receiver, another keyword. */
function nameAfter(place: Place, from: number): Named | null {
  const { tokens, lexicon, language } = place.draft
  let at = from
  let container: string | undefined
  if (tokens.kind(at) === 42 || tokens.kind(at) === 38) at += 1
  if (tokens.kind(at) === 60) at = pastAngles(place, at)
  if (language === 'go' && tokens.kind(at) === 40) {
    container = receiver(place, at)
    at = tokens.partner(at) + 1
    if (at === 0) return null
  }
  while (tokens.kind(at) === 91 && tokens.partner(at) > at) at = tokens.partner(at) + 1 // [[nodiscard]]
  if (tokens.kind(at) === 1 && /^(?:class|struct|mut|alignas|object)$/.test(tokens.slice(at))) at += 1
  if (tokens.kind(at) !== 1 || (lexicon.words.isKeyword(tokens.word(at)) && !softKeyword(place, at))) return null
  return chain(place, at, container)
}

/** Words that are keywords only in some places, and may well be names. */
function softKeyword({ draft: { tokens, lexicon, language } }: Place, at: number): boolean {
  const modifiers = ` ${lexicon.syntax.modifiers ?? ''} `
  const next = tokens.kind(at + 1)
  if (language === 'go') return next === 40
  return modifiers.includes(` ${tokens.slice(at)} `) && next !== 1
}

/** The last part of `a.b.c`, `a::b` or `a\b`; namespaces keep the whole. */
function chain(place: Place, from: number, given: string | undefined): Named {
  const { tokens } = place.draft
  let at = from
  for (;;) {
    const kind = tokens.kind(at + 1)
    const width = kind === 46 || kind === 92 ? 1 : kind === 58 && tokens.kind(at + 2) === 58 ? 2 : 0
    if (width === 0 || tokens.kind(at + 1 + width) !== 1 || tokens.start(at + 1) !== tokens.end(at)) break
    at += 1 + width
  }
  const container = given ?? (at > from ? tokens.slice(previousWord(place, at)) : undefined)
  const whole = isNamespace(place, from) ? { text: tokens.text.slice(tokens.start(from), tokens.end(at)) } : {}
  return { name: at, end: at + 1, ...whole, ...(container === undefined || 'text' in whole ? {} : { container }) }
}

const isNamespace = ({ draft: { tokens } }: Place, at: number): boolean => tokens.kind(at - 1) === 1 && tokens.slice(at - 1) === 'namespace'

function previousWord({ draft: { tokens } }: Place, at: number): number {
  let before = at - 1
  while (tokens.kind(before) !== 1) before -= 1
  return before
}

function receiver({ draft: { tokens } }: Place, open: number): string | undefined {
  let end = tokens.partner(open)
  if (end < 0) return undefined
  const bracket = tokens.kind(end - 1) === 93 ? tokens.partner(end - 1) : -1
  if (bracket > open) end = bracket
  return tokens.kind(end - 1) === 1 ? tokens.slice(end - 1) : undefined
}

function pastAngles({ draft: { tokens } }: Place, open: number): number {
  let depth = 0
  for (let at = open; at < Math.min(tokens.count, open + 200); at++) {
    if (tokens.kind(at) === 60) depth += 1
    else if (tokens.kind(at) === 62 && tokens.kind(at - 1) !== 45 && tokens.kind(at - 1) !== 61) depth -= 1
    if (depth === 0) return at + 1
  }
  return open
}

function kindOf(place: Place, kind: DefinitionKind, keyword: string, named: Named): DefinitionKind {
  const { draft, scope } = place
  const { tokens, language } = draft
  if (kind === 'function') return scope.kind === 'type' || (named.container !== undefined && language !== 'lua') ? 'method' : 'function'
  if (language === 'go' && keyword === 'type') {
    let at = named.end
    if (tokens.kind(at) === 91 && tokens.kind(at + 1) === 1 && tokens.kind(at + 2) !== 93) at = tokens.partner(at) + 1
    const word = tokens.kind(at) === 1 ? tokens.slice(at) : ''
    return word === 'struct' ? 'class' : word === 'interface' ? 'interface' : 'type'
  }
  return kind
}

const aggregates = /^(?:class|struct|union|enum)$/

/** Whether what looks like a declaration is one, where the keyword also has other uses. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
function isPlausible(place: Place, at: number, keyword: string, named: Named, body: Body): boolean {
  const { tokens, language } = place.draft
  const next = tokens.kind(named.end)
  const ecmascript = language === 'typescript' || language === 'tsx' || language === 'javascript'
  if (ecmascript && keyword === 'type') return next === 61 || next === 60
  if (ecmascript && keyword !== 'function' && keyword !== 'class')
    return body.open >= 0 && (tokens.leads(at) || isModifier(place, at - 1) || tokens.kind(at - 1) === 59 || tokens.kind(at - 1) === 123)
  if ((language === 'c' || language === 'cpp') && aggregates.test(keyword))
    return body.open >= 0 && !hasParentheses(place, named.end, body.open)
  if (keyword === 'record') return next === 40 || next === 60 || next === 123 || next === 58 || next === 59
  if (language === 'cpp' && keyword === 'namespace') return next !== 61 && body.open >= 0
  return true
}

function hasParentheses({ draft: { tokens } }: Place, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const kind = tokens.kind(at)
    if (kind === 58 || kind === 60) return false // base classes and type arguments may hold any
    if (kind === 40 || kind === 42 || kind === 38) return true
  }
  return false
}

export function isModifier({ draft: { tokens, lexicon } }: Place, at: number): boolean {
  if (tokens.kind(at) !== 1) return false
  return ` ${lexicon.syntax.modifiers ?? ''} `.includes(` ${tokens.slice(at)} `)
}

/** First of the modifiers before a keyword. */
export function firstModifier(place: Place, at: number): number {
  let first = at
  while (first > 0 && isModifier(place, first - 1)) first -= 1
  return first
}

/** `impl Trait for Type {` and `extension Type {` open the body of a type that is defined elsewhere. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
function extension(place: Place, at: number): number {
  const { draft, scope, bodies } = place
  const { tokens, lexicon } = draft
  if (scope.kind === 'function' && tokens.kind(at - 1) !== 125 && !tokens.leads(at)) return 0
  let from = at + 1
  if (tokens.kind(from) === 60) from = pastAngles(place, from)
  const body = nextBraces(place, from)
  if (body === null) return 0
  let name = -1
  let depth = 0
  for (let token = from; token < body.open; token++) {
    const kind = tokens.kind(token)
    if (kind === 60) depth += 1
    else if (kind === 62) depth -= 1
    if (kind !== 1 || depth > 0) continue
    const word = tokens.slice(token)
    if (word === 'where') break
    if (word === 'for' && name >= 0) draft.bases.add(name)
    else if (!lexicon.words.isKeyword(tokens.word(token))) name = token
    if (tokens.kind(token + 1) === 58 && tokens.kind(token + 2) !== 58) break
  }
  bodies.set(body.open, { kind: 'type', name: name < 0 ? '' : tokens.slice(name), close: body.to })
  return at + 1
}

/** The first braces before a `;`. */
function nextBraces({ draft: { tokens } }: Place, from: number): { open: number; to: number } | null {
  for (let at = from; at < Math.min(tokens.count, from + 400); at++) {
    const kind = tokens.kind(at)
    if (kind === 59) return null
    if (kind === 123) return { open: at, to: Math.max(at, tokens.partner(at)) }
    if (kind === 40 || kind === 91) at = Math.max(at, tokens.partner(at))
  }
  return null
}

/** `macro_rules! name { … }`: what stands in it is no code yet. */
function macro(place: Place, at: number): number {
  const { tokens } = place.draft
  const name = at + 2
  if (tokens.kind(at + 1) !== 33 || tokens.kind(name) !== 1) return 0
  const to = tokens.partner(name + 1)
  define(place.draft, { kind: 'function', name, from: at, headEnd: name + 1, to: Math.max(to, name) })
  return Math.max(to, name) + 1
}

/** `delegate int Name(…);` */
function delegate(place: Place, at: number): number {
  const { draft, scope } = place
  const { tokens } = draft
  let open = at + 1
  while (open < at + 20 && tokens.kind(open) !== 40 && tokens.kind(open) !== 59 && tokens.kind(open) !== 123) open += 1
  const name = tokens.kind(open - 1) === 62 ? -1 : open - 1
  if (tokens.kind(open) !== 40 || name <= at + 1 || tokens.kind(name) !== 1) return 0
  const body = findBody(draft, open, name)
  define(draft, { kind: 'type', name, from: firstModifier(place, at), headEnd: body.headEnd, to: body.to, container: scope.name })
  return open
}

/** What stands between a type's name and its body, and is no keyword, is what it inherits from. */
function markBases({ draft }: Place, from: number, to: number): void {
  const { tokens, lexicon } = draft
  let inherits = false
  for (let at = from; at < to; at++) {
    const kind = tokens.kind(at)
    if (kind === 40 || kind === 91) at = Math.max(at, tokens.partner(at))
    else if (kind === 58) inherits = true
    else if (kind === 1 && lexicon.words.isKeyword(tokens.word(at))) inherits ||= /^(?:extends|implements|with)$/.test(tokens.slice(at))
    else if (kind === 1 && inherits && tokens.kind(at + 1) !== 46) draft.bases.add(at)
  }
}
