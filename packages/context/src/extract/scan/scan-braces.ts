import { findConstants } from './constants.ts'
import { declaration } from './declarations.ts'
import type { Draft } from './draft.ts'
import type { Lexicon } from './lexicon.ts'
import { memberFunction, typedFunction } from './functions.ts'

/** What a pair of braces is the body of. */
export interface Scope {
  readonly kind: 'file' | 'type' | 'function' | 'block'
  readonly name: string
  /** Token that closes it. */
  readonly close: number
}

/** Where a reader of definitions stands. */
export interface Place {
  readonly draft: Draft
  readonly scope: Scope
  /** Bodies of what was found, by the token that opens them. */
  readonly bodies: Map<number, Scope>
}

/** Finds the definitions of a language whose bodies stand in braces. */
export function scanBraces(draft: Draft): void {
  const { tokens, lexicon } = draft
  const bodies = new Map<number, Scope>()
  const scopes: Scope[] = [{ kind: 'file', name: '', close: tokens.count }]
  let place: Place = { draft, scope: scopes[0] as Scope, bodies }
  const enter = (): void => void (place = { draft, scope: scopes.at(-1) as Scope, bodies })
  const readWord = wordReader(lexicon)
  let at = 0
  while (at < tokens.count) {
    const kind = tokens.kinds[at] as number
    if (kind === 1) {
      const next = readWord(place, at)
      at = next > at ? next : at + 1
      continue
    }
    if (kind === 125 || kind === 35) {
      while (scopes.length > 1 && (scopes.at(-1) as Scope).close <= at) scopes.pop()
      enter()
    } else if (kind === 123) {
      scopes.push(bodies.get(at) ?? anonymous(draft, place.scope, at))
      enter()
    }
    at += 1
  }
}

/** Looks whether a word begins a definition. Most words do not, so that the cheap questions come first. */
function wordReader(lexicon: Lexicon): (place: Place, at: number) => number {
  const { declaring, words, syntax } = lexicon
  const functions = { typed: typedFunction, members: memberFunction, none: () => 0 }[syntax.functions ?? 'none']
  return (place, at) => {
    const { tokens } = place.draft
    const word = tokens.words[at] as number
    const next = tokens.kinds[at + 1]
    const keyword = words.isKeyword(word)
    let found = word < declaring ? declaration(place, at) : 0
    if (found === 0 && (keyword || next === 61)) found = findConstants(place, at)
    if (found === 0 && (next === 40 || next === 60)) found = functions(place, at)
    return found
  }
}

/** A block that nothing declared: of a type where it follows `new T()`, otherwise of statements or of an object. */
function anonymous({ tokens }: Draft, within: Scope, at: number): Scope {
  const close = tokens.partner(at)
  const end = close < 0 ? Math.min(within.close, tokens.count) : close
  if (tokens.kind(at - 1) === 2) return { kind: within.kind, name: within.name, close: end } // extern "C" {
  const open = tokens.kind(at - 1) === 41 ? tokens.partner(at - 1) : -1
  if (open > 0 && followsNew(tokens, open)) return { kind: 'type', name: '', close: end }
  return { kind: 'block', name: within.name, close: end }
}

function followsNew(tokens: Draft['tokens'], open: number): boolean {
  for (let at = open - 1; at >= 0 && at > open - 24; at--) {
    const kind = tokens.kind(at)
    if (kind === 1 && tokens.slice(at) === 'new') return true
    if (kind !== 1 && kind !== 46 && kind !== 60 && kind !== 62 && kind !== 44 && kind !== 63) return false
  }
  return false
}
