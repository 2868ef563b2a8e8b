import { define } from './draft.ts'
import { endOfStatement, findBody } from './find-body.ts'
import type { Place } from './scan-braces.ts'

/** Constants, and functions that are values, in the languages that have them. Answers the token to go on with, or 0. */
export function findConstants(place: Place, at: number): number {
  switch (place.draft.language) {
    case 'typescript':
    case 'tsx':
    case 'javascript':
      return ecmascriptValue(place, at)
    case 'go':
      return goValues(place, at)
    case 'rust':
      return rustConstant(place, at)
    case 'php':
    case 'kotlin':
    case 'swift':
      return namedConstant(place, at)
    case 'c':
    case 'cpp':
      return cDefinition(place, at)
    default:
      return 0
  }
}

/** `const a = …`, `const a = () => …`, `exports.a = function …`. */
function ecmascriptValue(place: Place, at: number): number {
  const { tokens, lexicon } = place.draft
  const { words } = lexicon
  const word = tokens.word(at)
  if (lexicon.beforeValues[word] !== 1) return assignedFunction(place, at)
  const name = at + 1
  if (
    tokens.kind(name) !== 1 ||
    (words.isKeyword(tokens.word(name)) &&
      !/^(?:type|get|set|of|async|from|static|module|namespace|as|is|abstract|declare|readonly|public|private|protected|override|keyof|infer)$/.test(
        tokens.slice(name),
      ))
  )
    return 0
  const equals = valueAt(place, name + 1)
  const calls = equals > 0 ? functionBody(place, equals + 1) : null
  if (calls === null && (place.scope.kind !== 'file' || tokens.kind(at - 1) === 40)) return 0
  const end = calls === null ? endOfStatement(place.draft, equals > 0 ? equals : name + 1, at) : null
  const container = place.scope.name
  const from = startOf(place, at)
  if (calls !== null) return found(place, { name, from, container, ...calls })
  define(place.draft, {
    kind: 'constant',
    name,
    from,
    headEnd: Math.min(equals > 0 ? equals : name + 1, tokens.count),
    to: end ?? name,
    container,
  })
  return name + 1
}

function found(
  place: Place,
  value: { name: number; from: number; container: string | undefined; headEnd: number; to: number; open: number },
): number {
  const { draft, bodies } = place
  define(draft, { kind: 'function', ...value })
  if (value.open >= 0) bodies.set(value.open, { kind: 'function', name: draft.tokens.slice(value.name), close: value.to })
  return value.name + 1
}

function startOf({ draft: { tokens } }: Place, at: number): number {
  return tokens.kind(at - 1) === 1 && tokens.slice(at - 1) === 'export' ? at - 1 : at
}

/** The `=` behind a name and perhaps its type, or 0. */
function valueAt({ draft: { tokens } }: Place, from: number): number {
  let at = from
  if (tokens.kind(at) === 33) at += 1
  if (tokens.kind(at) !== 58) return tokens.kind(at) === 61 && tokens.kind(at + 1) !== 61 ? at : 0
  for (; at < Math.min(tokens.count, from + 120); at++) {
    const kind = tokens.kind(at)
    if (kind === 40 || kind === 123 || kind === 91) at = Math.max(at, tokens.partner(at))
    else if (kind === 61 && tokens.kind(at + 1) === 62) at += 1
    else if (kind === 61) return at
    else if (kind === 59 || kind === 125 || kind === 41) return 0
  }
  return 0
}

/** Where the function that a value is ends, or null where the value is none. */
function functionBody(place: Place, from: number): { open: number; headEnd: number; to: number } | null {
  const { draft } = place
  const { tokens } = draft
  let at = from
  if (tokens.kind(at) === 1 && tokens.slice(at) === 'async') at += 1
  if (tokens.kind(at) === 1 && tokens.slice(at) === 'function') return bodyFrom(place, at + 1)
  if (tokens.kind(at) === 60) while (at < from + 60 && tokens.kind(at) !== 40) at += 1
  let arrow = at + 1
  if (tokens.kind(at) === 40) {
    const close = tokens.partner(at)
    if (close < 0) return null
    arrow = tokens.kind(close + 1) === 58 ? pastReturnType(place, close + 2) : close + 1
  } else if (tokens.kind(at) !== 1) return null
  if (tokens.kind(arrow) !== 61 || tokens.kind(arrow + 1) !== 62) return null
  if (tokens.kind(arrow + 2) === 123) return { open: arrow + 2, headEnd: arrow + 2, to: Math.max(tokens.partner(arrow + 2), arrow + 2) }
  return { open: -1, headEnd: arrow + 2, to: endOfStatement(draft, arrow + 2, from) }
}

function bodyFrom({ draft }: Place, from: number): { open: number; headEnd: number; to: number } | null {
  const body = findBody(draft, from, from)
  return body.open < 0 ? null : body
}

function pastReturnType({ draft: { tokens } }: Place, from: number): number {
  for (let at = from; at < Math.min(tokens.count, from + 100); at++) {
    const kind = tokens.kind(at)
    if (kind === 61 && tokens.kind(at + 1) === 62) return at
    if (kind === 59 || kind === 44 || kind === 61 || kind === 41) return -1
    if (kind === 40 || kind === 123 || kind === 91) at = Math.max(at, tokens.partner(at))
  }
  return -1
}

/** `a.b = function () {` and `a.b = () => {`. */
function assignedFunction(place: Place, at: number): number {
  const { tokens } = place.draft
  if (tokens.kind(at + 1) !== 61 || tokens.kind(at - 1) !== 46 || tokens.kind(at + 2) === 61) return 0
  const value = functionBody(place, at + 2)
  if (value === null) return 0
  let from = at
  while (from > 0 && !tokens.leads(from) && (tokens.kind(from - 1) === 46 || tokens.kind(from - 1) === 1)) from -= 1
  return found(place, { name: at, from, container: tokens.kind(at - 2) === 1 ? tokens.slice(at - 2) : undefined, ...value })
}

/** `const a = 1`, `var a, b int`, and the same in parentheses; `type ( … )` too. */
function goValues(place: Place, at: number): number {
  const { draft, scope } = place
  const { tokens, lexicon } = draft
  const word = tokens.word(at)
  if (scope.kind !== 'file' || !tokens.leads(at)) return 0
  if (word === lexicon.words.keyword('type') && tokens.kind(at + 1) === 40) return goTypes(place, at + 1)
  if (word !== lexicon.words.keyword('const') && word !== lexicon.words.keyword('var')) return 0
  if (tokens.kind(at + 1) !== 40) return goNames(place, at + 1, at)
  const close = tokens.partner(at + 1)
  for (let token = at + 2; token < close; token++) {
    if (tokens.leads(token) && tokens.kind(token) === 1) token = goNames(place, token, token) - 1
    const partner = tokens.partner(token)
    if (partner > token) token = partner
  }
  return Math.max(close, at + 2)
}

function goNames(place: Place, first: number, from: number): number {
  const { tokens } = place.draft
  let name = first
  for (;;) {
    if (tokens.kind(name) !== 1) return name
    const to = endOfStatement(place.draft, name + 1, from)
    if (tokens.slice(name) !== '_') define(place.draft, { kind: 'constant', name, from, headEnd: Math.min(to + 1, tokens.count), to })
    if (tokens.kind(name + 1) !== 44) return name + 1
    name += 2
  }
}

function goTypes(place: Place, open: number): number {
  const { draft, bodies } = place
  const { tokens } = draft
  const close = tokens.partner(open)
  for (let token = open + 1; token < close; token++) {
    if (tokens.leads(token) && tokens.kind(token) === 1) {
      const word = tokens.slice(token + 1)
      const body = findBody(draft, token + 1, token)
      const kind = word === 'struct' ? 'class' : word === 'interface' ? 'interface' : 'type'
      define(draft, { kind, name: token, from: token, headEnd: body.headEnd, to: body.to })
      if (body.open >= 0) bodies.set(body.open, { kind: 'type', name: tokens.slice(token), close: body.to })
    }
    const partner = tokens.partner(token)
    if (partner > token) token = partner
  }
  return Math.max(close, open)
}

/** `const A: T = …;` and `static mut A: T = …;`, not `const fn`, not a raw pointer. */
function rustConstant(place: Place, at: number): number {
  const { tokens, lexicon } = place.draft
  const word = tokens.word(at)
  if (word !== lexicon.words.keyword('const') && word !== lexicon.words.keyword('static')) return 0
  const name = tokens.kind(at + 1) === 1 && tokens.slice(at + 1) === 'mut' ? at + 2 : at + 1
  if (
    tokens.kind(name) !== 1 ||
    tokens.kind(name + 1) !== 58 ||
    tokens.kind(at - 1) === 42 ||
    tokens.kind(at - 1) === 60 ||
    tokens.kind(at - 1) === 44
  )
    return 0
  return constant(place, name, at)
}

/** `const A = …` of a class or a file; `const val` of Kotlin. */
function namedConstant(place: Place, at: number): number {
  const { draft, scope } = place
  const { tokens, lexicon, language } = draft
  if (scope.kind === 'function' || scope.kind === 'block') return 0
  if (language === 'swift') return 0
  if (tokens.word(at) !== lexicon.words.keyword('const')) return 0
  const name = language === 'kotlin' ? at + 2 : tokens.kind(at + 2) === 1 ? at + 2 : at + 1
  return tokens.kind(name) === 1 && tokens.kind(name + 1) !== 40 ? constant(place, name, at) : 0
}

function constant(place: Place, name: number, from: number): number {
  const { draft, scope } = place
  const to = endOfStatement(draft, name + 1, from)
  define(draft, {
    kind: 'constant',
    name,
    from,
    headEnd: Math.min(to + 1, draft.tokens.count),
    to,
    container: scope.kind === 'type' ? scope.name : undefined,
  })
  return name + 1
}

/** `#define A`, and `typedef … A;`. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
function cDefinition(place: Place, at: number): number {
  const { draft, scope } = place
  const { tokens, lexicon } = draft
  const word = tokens.word(at)
  if (word === lexicon.words.keyword('define') && tokens.kind(at - 1) === 35 && tokens.kind(at + 1) === 1) return preprocessed(place, at)
  if (word !== lexicon.words.keyword('typedef') || scope.kind === 'function') return 0
  let end = at + 1
  while (end < tokens.count && end < at + 4000 && tokens.kind(end) !== 59 && (end === at + 1 || tokens.word(end) !== word)) {
    const partner = tokens.partner(end)
    end = (tokens.kind(end) === 123 || tokens.kind(end) === 40) && partner > end ? partner + 1 : end + 1
  }
  const name = typedefName(place, at, end)
  if (tokens.kind(end) !== 59 || name < 0) return 0
  define(draft, { kind: 'type', name, from: at, headEnd: headOf(place, at, end), to: end })
  return 0
}

function headOf({ draft: { tokens } }: Place, from: number, end: number): number {
  for (let at = from; at < end; at++) if (tokens.kind(at) === 123) return at
  return end
}

/** `int (*name)(int)`, `T name[3]`, `struct { … } name`. */
function typedefName({ draft: { tokens } }: Place, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    if (tokens.kind(at) === 123) at = Math.max(at, tokens.partner(at))
    else if (tokens.kind(at) === 40 && tokens.kind(at + 1) === 42 && tokens.kind(at + 2) === 1) return at + 2
  }
  let at = end - 1
  while (at > from && (tokens.kind(at) === 93 || tokens.kind(at) === 41)) at = tokens.partner(at) < 0 ? at - 1 : tokens.partner(at) - 1
  return tokens.kind(at) === 1 ? at : -1
}

/** A macro, with the lines that a backslash joins to it; what stands in them is no code of its own. */
function preprocessed(place: Place, at: number): number {
  const { draft } = place
  const { tokens } = draft
  const name = at + 1
  let end = name + 1
  while (end < tokens.count && (!tokens.leads(end) || tokens.kind(end - 1) === 92)) end += 1
  const calls = tokens.kind(name + 1) === 40 && tokens.start(name + 1) === tokens.end(name)
  define(draft, { kind: calls ? 'function' : 'constant', name, from: at - 1, headEnd: Math.min(end, tokens.count), to: end - 1 })
  return end
}
