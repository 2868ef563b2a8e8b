import { firstModifier, isModifier } from './declarations.ts'
import { define } from './draft.ts'
import { findBody } from './find-body.ts'
import type { Place } from './scan-braces.ts'

/** `name(…) {` in a class, in an object or, in a shell, anywhere. Answers the token to go on with, or 0. */
export function memberFunction(place: Place, at: number): number {
  const { draft, scope, bodies } = place
  const { tokens, lexicon } = draft
  let open = at + 1
  if (tokens.kind(open) === 60) open = pastTypeParameters(place, open)
  if (tokens.kind(open) !== 40) return 0
  const close = tokens.partner(open)
  if (close < 0) return 0
  const next = tokens.kind(close + 1)
  if (next !== 123 && next !== 58) return 0
  if (lexicon.words.isKeyword(tokens.word(at)) && !isModifier(place, at) && scope.kind !== 'type') return 0
  if (/^(?:if|for|while|switch|catch|function|with|return)$/.test(tokens.slice(at))) return 0
  if (!beginsMember(place, at)) return 0
  const body = findBody(draft, close + 1, at)
  if (body.open < 0) return 0
  const kind = draft.language === 'shell' ? 'function' : 'method'
  const container = scope.name
  define(draft, { kind, name: at, from: firstModifier(place, at), headEnd: body.headEnd, to: body.to, container })
  bodies.set(body.open, { kind: 'function', name: tokens.slice(at), close: body.to })
  return open
}

function beginsMember(place: Place, at: number): boolean {
  const { tokens } = place.draft
  const before = tokens.kind(at - 1)
  if (at === 0 || before === 123 || before === 125 || before === 59 || before === 44) return true
  if (before === 42) return beginsMember(place, at - 1)
  return tokens.leads(at) ? place.scope.kind === 'type' || place.draft.language === 'shell' : isModifier(place, at - 1)
}

function pastTypeParameters({ draft: { tokens } }: Place, open: number): number {
  let depth = 0
  for (let at = open; at < Math.min(tokens.count, open + 60); at++) {
    const kind = tokens.kind(at)
    if (kind === 59 || kind === 123 || kind === 41) return open
    if (kind === 60) depth += 1
    else if (kind === 62 && tokens.kind(at - 1) !== 61 && tokens.kind(at - 1) !== 45) depth -= 1
    if (depth === 0) return at + 1
  }
  return open
}

const noTypes =
  /^(?:new|return|throw|else|case|await|yield|in|is|as|goto|sizeof|typeof|do|delete|co_return|co_await|not|and|or|assert|when|default)$/

/** `type name(…) {`, and constructors. Answers the token to go on with, or 0. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
export function typedFunction(place: Place, at: number): number {
  const { draft, scope, bodies } = place
  const { tokens, lexicon, language } = draft
  if (scope.kind !== 'file' && scope.kind !== 'type') return 0
  let open = at + 1
  if (tokens.kind(open) === 60) open = pastTypeParameters(place, open)
  if (tokens.kind(open) !== 40 || lexicon.words.isKeyword(tokens.word(at))) return 0
  const close = tokens.partner(open)
  if (close < 0) return 0
  const qualified = qualifier(place, at)
  if (!hasType(place, qualified.first, tokens.slice(at), qualified.container)) return 0
  const body = findBody(draft, close + 1, at)
  const bodyOpen = language === 'cpp' ? pastInitialisers(place, close + 1, body.open) : body.open
  const abstract = scope.kind === 'type' && language !== 'cpp' && language !== 'c' && tokens.kind(body.headEnd) === 59
  if (bodyOpen < 0 && !abstract) return 0
  const kind = scope.kind === 'type' || qualified.container !== undefined ? 'method' : 'function'
  const to = bodyOpen >= 0 ? Math.max(tokens.partner(bodyOpen), bodyOpen) : body.to
  const headEnd = bodyOpen >= 0 ? bodyOpen : body.headEnd
  define(draft, {
    kind,
    name: at,
    text: qualified.prefix + tokens.slice(at),
    from: firstOfType(place, qualified.first),
    headEnd,
    to,
    container: qualified.container ?? scope.name,
  })
  if (bodyOpen >= 0) bodies.set(bodyOpen, { kind: 'function', name: tokens.slice(at), close: to })
  return bodyOpen >= 0 ? open : to
}

/** `A::b` is a member of A; `~A` is another function than `A`. */
function qualifier({ draft: { tokens } }: Place, at: number): { first: number; container?: string; prefix: string } {
  const tilde = tokens.kind(at - 1) === 126
  let first = tilde ? at - 1 : at
  let container: string | undefined
  while (tokens.kind(first - 1) === 58 && tokens.kind(first - 2) === 58) {
    let word = first - 3
    if (tokens.kind(word) === 62) while (word > 0 && tokens.kind(word) !== 60) word -= 1
    if (tokens.kind(word) === 60) word -= 1
    if (tokens.kind(word) !== 1) break
    container ??= tokens.slice(word)
    first = word
  }
  return { first, prefix: tilde ? '~' : '', ...(container === undefined ? {} : { container }) }
}

/** Whether a type stands before a function's name, or it is a constructor, which has none. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
function hasType(place: Place, first: number, name: string, container: string | undefined): boolean {
  const { draft, scope } = place
  const { tokens, language } = draft
  const before = tokens.kind(first - 1)
  const builds = name === (container ?? scope.name) || tokens.kind(first) === 126
  if (
    builds &&
    (first === 0 ||
      before === 125 ||
      before === 59 ||
      before === 123 ||
      before === 58 ||
      before === 41 ||
      before === 93 ||
      isModifier(place, first - 1) ||
      tokens.leads(first))
  )
    return true
  if (before === 1) {
    const word = tokens.slice(first - 1)
    return !noTypes.test(word) && (builds || !/^(?:public|private|protected|internal|explicit|operator)$/.test(word))
  }
  if (before === 42 || before === 38) return language === 'c' || language === 'cpp' || tokens.kind(first - 2) === 1
  if (before === 62) return tokens.kind(first - 2) !== 61 && tokens.kind(first - 2) !== 45
  return before === 93 || (before === 63 && (language === 'csharp' || language === 'dart'))
}

/** First token of the statement, which begins with a type or its modifiers. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
function firstOfType({ draft: { tokens } }: Place, from: number): number {
  let first = from
  while (first > 0 && from - first < 40) {
    const before = tokens.kind(first - 1)
    if (before === 59 || before === 123 || before === 125 || before === 41 || before === 35) break
    if (before === 58 && tokens.kind(first - 2) !== 58 && tokens.kind(first) !== 58) break // public:
    if (before === 93 && tokens.leads(first)) break // an attribute
    if (isDirective(tokens, first - 1)) break
    if (tokens.kind(first - 1) === 1 && tokens.kind(first - 2) === 64 && tokens.leads(first)) break
    first -= 1
  }
  return tokens.leads(first) || first === from ? first : Math.max(first, 0)
}

/** Whether a token stands in a line of the preprocessor. */
function isDirective(tokens: Place['draft']['tokens'], at: number): boolean {
  let first = at
  while (first > 0 && !tokens.leads(first)) first -= 1
  return tokens.kind(first) === 35
}

/** The body behind `: a(1), b{2}`. */
function pastInitialisers({ draft: { tokens } }: Place, from: number, found: number): number {
  if (tokens.kind(from) !== 58) return found
  let open = found
  while (open >= 0 && tokens.kind(open - 1) === 1) {
    const next = tokens.partner(open) + 1
    if (next === 0) return open
    if (tokens.kind(next) === 123) return next
    if (tokens.kind(next) !== 44) return open
    open = next
    while (open < tokens.count && tokens.kind(open) !== 123 && tokens.kind(open) !== 59)
      open = tokens.kind(open) === 40 ? Math.max(tokens.partner(open), open) + 1 : open + 1
    if (tokens.kind(open) !== 123) return -1
  }
  return open
}
