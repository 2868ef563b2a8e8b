import type { Lexicon } from './lexicon.ts'
import { tokenKind, type Tokens } from './tokens.ts'

/** A string in quotes; one that is not closed ends with its line, so that a slip does not swallow the rest. */
export function passString(lexicon: Lexicon, tokens: Tokens, start: number, quote: number): number {
  const text = tokens.text
  const mark = text.charAt(start)
  if (lexicon.tripleQuotes && text.charCodeAt(start + 1) === quote && text.charCodeAt(start + 2) === quote) {
    return passUntil(tokens, start, endAfter(text, mark.repeat(3), start + 3, true))
  }
  const raw = lexicon.features.has('rust-raw') || lexicon.features.has('cpp-raw') ? passRaw(text, start) : start
  if (raw > start) return passUntil(tokens, start, raw)
  const long = lexicon.longQuotes.includes(mark)
  let at = start + 1
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) return passUntil(tokens, start, at + 1)
    if (code === 92) at += 1
    else if (code === 10 && !long) return passUntil(tokens, start, at)
  }
  return passUntil(tokens, start, text.length)
}

/** Takes `text[start..end)` as one string, whatever is in it. */
export function passUntil(tokens: Tokens, start: number, end: number): number {
  tokens.push(tokenKind.string, start, end, -1)
  tokens.passLines(start, end)
  return end
}

/** Where a closing mark ends, or the end of the text where there is none. */
export function endAfter(text: string, mark: string, from: number, escapes = false): number {
  let at = text.indexOf(mark, from)
  while (escapes && at > 0 && isEscaped(text, at, from)) at = text.indexOf(mark, at + 1)
  return at < 0 ? text.length : at + mark.length
}

function isEscaped(text: string, at: number, from: number): boolean {
  let slashes = 0
  while (at - slashes - 1 >= from && text.charCodeAt(at - slashes - 1) === 92) slashes += 1
  return slashes % 2 === 1
}

/** `r#"a"#` of Rust and `R"x(a)x"` of C++; answers the start where there is none. */
function passRaw(text: string, start: number): number {
  let at = start - 1
  while (text.charCodeAt(at) === 35) at -= 1
  const mark = text.charAt(at)
  if (mark === 'r') return endAfter(text, `"${'#'.repeat(start - 1 - at)}`, start + 1)
  if (mark !== 'R') return start
  const head = /^"([^\s()\\]{0,16})\(/.exec(text.slice(start, start + 18))
  return head === null ? start : endAfter(text, `)${head[1] ?? ''}"`, start)
}
