import type { Lexicon } from './lexicon.ts'
import { tokenKind, type Tokens } from './tokens.ts'
import { endAfter, passString, passUntil } from './strings.ts'

type Pass = (lexicon: Lexicon, tokens: Tokens, at: number) => number

/** Passes over a comment, or a string of an unusual form, or one character of punctuation. Answers where to go on. */
export function passSpecial(lexicon: Lexicon, tokens: Tokens, at: number, code: number): number {
  const comment = passComment(lexicon, tokens, at)
  if (comment > at) return comment
  const pass = passes[String.fromCharCode(code)]
  const end = pass === undefined ? at : pass(lexicon, tokens, at)
  if (end > at) return end
  tokens.push(code, at, at + 1, -1)
  return at + 1
}

function passComment({ lineComments, blockComments, features }: Lexicon, tokens: Tokens, at: number): number {
  const text = tokens.text
  for (const [open, close] of blockComments) {
    if (!text.startsWith(open, at)) continue
    const end = endAfter(text, close, at + open.length)
    tokens.passLines(at, end)
    return end
  }
  for (const open of lineComments) {
    if (!text.startsWith(open, at)) continue
    if (open === '#' && !startsComment(text, at)) continue
    if (open === '--' && features.has('long-brackets') && text.charCodeAt(at + 2) === 91) {
      const end = passLongBracket(text, at + 2)
      if (end > at) {
        tokens.passLines(at, end)
        return end
      }
    }
    const end = text.indexOf('\n', at)
    return end < 0 ? text.length : end
  }
  return at
}

/** `$#` and `a#b` of a shell, and the attributes `#[a]` of PHP, are no comments. */
function startsComment(text: string, at: number): boolean {
  if (text.charCodeAt(at + 1) === 91) return false
  const before = at === 0 ? 10 : text.charCodeAt(at - 1)
  return before !== 36 && before !== 123
}

const passes: Readonly<Record<string, Pass>> = {
  '/': (lexicon, tokens, at) => (lexicon.features.has('regex') && valueMayBegin(lexicon, tokens) ? passRegex(tokens, at) : at),
  '`': (lexicon, tokens, at) =>
    lexicon.features.has('template') ? passTemplate(tokens, at) : passUntil(tokens, at, endAfter(tokens.text, '`', at + 1)),
  "'": passCharacter,
  '@': passVerbatim,
  $: passVerbatim,
  '<': (lexicon, tokens, at) => (lexicon.features.has('heredoc') ? passHeredoc(tokens, at) : at),
  '[': (_lexicon, tokens, at) => {
    const end = passLongBracket(tokens.text, at)
    return end > at ? passUntil(tokens, at, end) : at
  },
  '%': (lexicon, tokens, at) => (valueMayBegin(lexicon, tokens) ? passPercent(tokens, at) : at),
  '=': (_lexicon, tokens, at) => {
    if (!tokens.text.startsWith('=begin', at) || (at > 0 && tokens.text.charCodeAt(at - 1) !== 10)) return at
    const end = endAfter(tokens.text, '\n=end', at)
    tokens.passLines(at, end)
    return end
  },
}

/** Whether a value, not an operator, stands next: after an operator, an opening bracket, or a keyword. */
function valueMayBegin(lexicon: Lexicon, tokens: Tokens): boolean {
  const last = tokens.count - 1
  const kind = tokens.kind(last)
  if (kind === tokenKind.word) return lexicon.beforeRegex.has(tokens.word(last))
  return kind !== tokenKind.string && kind !== tokenKind.number && kind !== 41 && kind !== 93 && kind !== 125
}

/** A slash that no other closes within so many characters divides. */
const longestRegex = 2000

function passRegex(tokens: Tokens, start: number): number {
  const text = tokens.text
  let inClass = false
  let at = start + 1
  for (; at < text.length && at - start <= longestRegex; at++) {
    const code = text.charCodeAt(at)
    if (code === 10) break
    if (code === 92) at += 1
    else if (code === 91) inClass = true
    else if (code === 93) inClass = false
    else if (code === 47 && !inClass) return passUntil(tokens, start, at + 1)
  }
  tokens.spend((at - start) >> 2) // in vain; cheaper than our own steps
  return start
}

/** A template and whatever is nested in it, as one string. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
function passTemplate(tokens: Tokens, start: number): number {
  const text = tokens.text
  const stack = ['`']
  let at = start + 1
  for (; at < text.length && stack.length > 0; at++) {
    const code = text.charCodeAt(at)
    const inText = stack.at(-1) === '`'
    if (code === 92) at += 1
    else if (code === 96 && inText) stack.pop()
    else if (code === 96) stack.push('`')
    else if (inText && code === 36 && text.charCodeAt(at + 1) === 123) {
      stack.push('}')
      at += 1
    } else if (!inText && (code === 34 || code === 39)) at = endOfQuoted(text, at, code)
    else if (!inText && code === 123) stack.push('}')
    else if (!inText && code === 125) stack.pop()
  }
  return passUntil(tokens, start, Math.min(at, text.length)) // a backslash at the end escapes nothing
}

/** Last character of a string on one line, or the quote itself where it is none. */
function endOfQuoted(text: string, start: number, quote: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) return at
    if (code === 10) return start
    if (code === 92) at += 1
  }
  return start
}

/** A character in quotes; a lone quote (a lifetime, a prime) is punctuation. */
function passCharacter(lexicon: Lexicon, tokens: Tokens, at: number): number {
  const text = tokens.text
  if (text.charCodeAt(at + 1) === 92) return passString(lexicon, tokens, at, 39)
  const wide = (text.codePointAt(at + 1) ?? 0) > 0xffff ? 3 : 2
  return text.charCodeAt(at + wide) === 39 ? passUntil(tokens, at, at + wide + 1) : at
}

/** `@"a""b"`, `$@"a"` and `$"a"`; in PowerShell also `@'` to `'@`. */
function passVerbatim(_lexicon: Lexicon, tokens: Tokens, start: number): number {
  const text = tokens.text
  const head = /^(?:@\$?|\$@)"/.exec(text.slice(start, start + 3))
  if (head === null) return start
  let at = start + head[0].length
  for (;;) {
    at = text.indexOf('"', at)
    if (at < 0) return passUntil(tokens, start, text.length)
    if (text.charCodeAt(at + 1) !== 34) return passUntil(tokens, start, at + 1)
    at += 2
  }
}

const heredocHead = /<<(?:(?:<\s?|[~-])(["'`]?)([A-Za-z_]\w*)\1|(["'`]?)([A-Z_]\w*)\3)/y

/** A text that names its end further away than this is no such text. */
const longestHeredoc = 20_000

function passHeredoc(tokens: Tokens, start: number): number {
  heredocHead.lastIndex = start
  const head = heredocHead.exec(tokens.text)
  if (head === null) return start
  const name = head[2] ?? head[4] ?? ''
  const lineEnd = tokens.text.indexOf('\n', start)
  if (lineEnd < 0) return start
  tokens.spend(Math.min(tokens.text.length - lineEnd, longestHeredoc) >> 3) // cheaper than our own steps
  const end = new RegExp(`\\n[ \\t]*${name}\\b`).exec(tokens.text.slice(lineEnd, lineEnd + longestHeredoc))
  return end === null ? start : passUntil(tokens, start, lineEnd + end.index + end[0].length)
}

function passLongBracket(text: string, start: number): number {
  const head = /^\[(=*)\[/.exec(text.slice(start, start + 12))
  return head === null ? start : endAfter(text, `]${head[1] ?? ''}]`, start)
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' }

function passPercent(tokens: Tokens, start: number): number {
  const head = /^%[wWiIqQrsx]?([^\w\s=])/.exec(tokens.text.slice(start, start + 3))
  if (head === null) return start
  const open = head[1] ?? ''
  return passUntil(tokens, start, endAfter(tokens.text, closers[open] ?? open, start + head[0].length, true))
}
