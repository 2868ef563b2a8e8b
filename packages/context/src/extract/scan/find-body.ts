import type { Draft } from './draft.ts'

/** Where a definition's head ends, and the whole of it. */
export interface Body {
  /** Opening brace, or -1. */
  readonly open: number
  /** Token after the head. */
  readonly headEnd: number
  readonly to: number
}

const longestHead = 600
/** Words that go on with a head on a new line. */
const goesOn =
  /^(?:extends|implements|where|throws|with|permits|const|noexcept|override|final|requires|async|rethrows|returns|derives|mutable|volatile|internal|external|public|private|view|pure|payable|virtual)$/

/** Looks for the body of what is declared, from behind its name. */
// eslint-disable-next-line complexity -- a question for each kind of token, flat
export function findBody(draft: Draft, from: number, name: number): Body {
  const { tokens } = draft
  let at = from
  const limit = Math.min(tokens.count, from + longestHead)
  while (at < limit) {
    const kind = tokens.kind(at)
    if (kind === 123 && !isTypeLiteral(draft, at)) return closed(draft, at)
    if (kind === 59) return { open: -1, headEnd: at, to: at }
    if (kind === 125 || kind === 41 || kind === 93) break
    if (kind === 61 && draft.language !== 'rust' && !isPartOfOperator(draft, at))
      return { open: -1, headEnd: at, to: endOfStatement(draft, at, name) }
    if (tokens.leads(at) && at > from && !continues(draft, at)) break
    const partner = kind === 40 || kind === 91 || kind === 123 ? tokens.partner(at) : -1
    if ((kind === 40 || kind === 91 || kind === 123) && partner < 0) break
    at = Math.max(partner, at) + 1
  }
  const headEnd = Math.min(at, tokens.count)
  return { open: -1, headEnd, to: Math.max(name, headEnd - 1) }
}

function closed({ tokens }: Draft, open: number): Body {
  const close = tokens.partner(open)
  return { open, headEnd: open, to: close < 0 ? open : close }
}

/** `: { a: string }` of TypeScript is a type, not a body. */
function isTypeLiteral({ tokens, language }: Draft, at: number): boolean {
  if (language !== 'typescript' && language !== 'tsx') return false
  const before = tokens.kind(at - 1)
  return before === 58 || before === 124 || before === 38 || before === 60 || (before === 62 && tokens.kind(at - 2) === 61)
}

function isPartOfOperator({ tokens }: Draft, at: number): boolean {
  const next = tokens.kind(at + 1)
  const before = tokens.kind(at - 1)
  return (
    (next === 62 || next === 61 || before === 61 || before === 60 || before === 62 || before === 33) &&
    (next === 62 || next === 61 ? tokens.start(at + 1) : tokens.end(at - 1)) ===
      (next === 62 || next === 61 ? tokens.end(at) : tokens.start(at))
  )
}

function continues({ tokens, lexicon }: Draft, at: number): boolean {
  const kind = tokens.kind(at)
  if (kind === 64 || kind === 35) return false
  if (kind !== 1) return true
  const before = tokens.kind(at - 1)
  if (before === 44 || before === 58 || before === 38 || before === 124 || before === 60 || before === 46) return true
  const word = tokens.word(at)
  return lexicon.words.isKeyword(word) ? goesOn.test(lexicon.words.word(word)) : before !== 41 && before !== 1
}

/** Last token of a statement without braces: up to `;` or to the last line that is further in than its first. */
export function endOfStatement({ tokens }: Draft, from: number, name: number): number {
  let first = name
  while (!tokens.leads(first)) first -= 1
  const column = tokens.column(first)
  let at = from
  while (at < tokens.count) {
    const kind = tokens.kind(at)
    if (kind === 59) return at
    if (kind === 125 || kind === 41 || kind === 93) return at - 1
    if (tokens.leads(at) && tokens.column(at) <= column && at > from) return at - 1
    at = Math.max(kind === 40 || kind === 91 || kind === 123 ? tokens.partner(at) : -1, at) + 1
  }
  return tokens.count - 1
}
