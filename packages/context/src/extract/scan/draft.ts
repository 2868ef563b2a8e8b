import type { Definition, DefinitionKind, Import } from '../file-facts.ts'
import type { Lexicon } from './lexicon.ts'
import type { TokenSet } from './token-set.ts'
import type { Tokens } from './tokens.ts'

/** A text on its way to facts. */
export interface Draft {
  readonly tokens: Tokens
  readonly lexicon: Lexicon
  readonly language: string
  readonly definitions: Definition[]
  /** Tokens that are the names of definitions, and so no references. */
  readonly names: TokenSet
  /** Tokens that name what a definition inherits from. */
  readonly bases: TokenSet
  readonly imports: Import[]
}

/** What a name was found to be. */
export interface Found {
  readonly kind: DefinitionKind
  /** Token of the name. */
  readonly name: number
  /** Where the name differs from its token. */
  readonly text?: string
  /** First token of the definition. */
  readonly from: number
  /** Token after the head: of the body, or of what ends it. */
  readonly headEnd: number
  /** Last token. */
  readonly to: number
  readonly container?: string | undefined
}

const longestSignature = 200
export const mostDefinitions = 20_000

/** Notes a definition; answers its place in the list, or -1 where there are too many. */
export function define(draft: Draft, found: Found): number {
  const { tokens, definitions } = draft
  if (definitions.length >= mostDefinitions) return -1
  const name = found.text ?? tokens.slice(found.name)
  const start = startOfStatement(tokens, found.from)
  const startLine = tokens.line(found.from) + 1
  draft.names.add(found.name)
  const { kind, container } = found
  // Up to the last token of the head: what stands between it and the next one may be a comment.
  const signature = signatureOf(tokens.text, tokens.start(start), tokens.end(found.headEnd - 1))
  definitions.push({
    name,
    kind,
    startLine,
    endLine: Math.max(startLine, tokens.line(Math.max(found.to, found.name)) + 1),
    signature: signature === '' ? name : signature,
    ...(container === undefined || container === '' ? {} : { container }),
  })
  return definitions.length - 1
}

/** First token of the line, so that `export async` is part of a signature. */
function startOfStatement(tokens: Tokens, at: number): number {
  let first = at
  while (
    first > 0 &&
    !tokens.leads(first) &&
    tokens.kind(first - 1) !== 123 &&
    tokens.kind(first - 1) !== 59 &&
    tokens.kind(first - 1) !== 125
  )
    first -= 1
  return first
}

/** One line of at most 200 characters. */
export function signatureOf(text: string, start: number, end: number): string {
  const head = text.slice(start, Math.min(end > start ? end : text.length, start + 2 * longestSignature))
  const line = head.replace(/\s+/g, ' ').trim()
  return line.length > longestSignature ? `${line.slice(0, longestSignature - 1)}…` : line
}
