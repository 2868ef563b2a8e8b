import type { Draft } from './draft.ts'
import type { LentReferences } from './find-references.ts'
import { characterClass, type Lexicon } from './lexicon.ts'
import { passSpecial } from './special-tokens.ts'
import { passString } from './strings.ts'
import { tokenKind, type Tokens } from './tokens.ts'
import { hashFactor } from './word-table.ts'

/** Splits texts as `tokenise` does, up to what is rare or peculiar. Lends its memory to the tokens. */
export interface Tokeniser {
  begin(text: string, lexicon: Lexicon, tokens: Tokens): void
  /** Goes on from a place; answers where a string or what is special begins that it leaves alone, or the end. */
  goOn(tokens: Tokens, from: number): number
  /** As `pairBrackets`, of the tokens that were lent. */
  pairBrackets(tokens: Tokens): void
  /** As `findReferences`, of the tokens that were lent, which are of no use afterwards. */
  findReferences(draft: Draft): LentReferences
}

/** As `tokenise`, by a tokeniser. */
export function tokeniseBy(tokeniser: Tokeniser, text: string, lexicon: Lexicon, tokens: Tokens): void {
  tokeniser.begin(text, lexicon, tokens)
  for (let at = tokeniser.goOn(tokens, 0); at < text.length; at = tokeniser.goOn(tokens, at)) {
    const code = text.charCodeAt(at)
    at = lexicon.classes[code] === characterClass.quote ? passString(lexicon, tokens, at, code) : passSpecial(lexicon, tokens, at, code)
  }
}

/** Splits a text into words, strings, numbers and punctuation, without comments, in one pass. */
export function tokenise(text: string, lexicon: Lexicon, tokens: Tokens): void {
  const { classes, words, suffixes } = lexicon
  tokens.begin(text)
  const length = text.length
  let at = 0
  while (at < length) {
    const code = text.charCodeAt(at)
    const kind = code < 128 ? (classes[code] as number) : characterClass.word
    if (kind === characterClass.space) at += 1
    else if (kind === characterClass.word) {
      const start = at
      let hash = code
      at += 1
      while (at < length) {
        const next = text.charCodeAt(at)
        const nextKind = next < 128 ? (classes[next] as number) : characterClass.word
        if (nextKind !== characterClass.word && nextKind !== characterClass.digit) break
        hash = (Math.imul(hash, hashFactor) + next) | 0
        at += 1
      }
      if (suffixes && isSuffix(text, at)) {
        hash = (Math.imul(hash, hashFactor) + text.charCodeAt(at)) | 0
        at += 1
      }
      tokens.push(tokenKind.word, start, at, words.number(text, start, at, hash))
    } else if (kind === characterClass.newline) tokens.newline(++at)
    else if (kind === characterClass.punctuation) tokens.push(code, at, ++at, -1)
    else if (kind === characterClass.digit) at = passNumber(text, at, classes, tokens)
    else if (kind === characterClass.quote) at = passString(lexicon, tokens, at, code)
    else at = passSpecial(lexicon, tokens, at, code)
  }
}

function passNumber(text: string, start: number, classes: Uint8Array, tokens: Tokens): number {
  let at = start + 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    const kind = code < 128 ? (classes[code] as number) : characterClass.punctuation
    if (kind !== characterClass.word && kind !== characterClass.digit) break
    at += 1
  }
  tokens.push(tokenKind.number, start, at, -1)
  return at
}

/** `empty?` and `save!` are words; `a!=b` and `a?b:c` are not. */
function isSuffix(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return (code === 33 || code === 63) && !(text.charCodeAt(at + 1) === 61)
}
