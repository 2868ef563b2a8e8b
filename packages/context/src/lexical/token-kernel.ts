import type { Draft } from '../extract/scan/draft.ts'
import type { LentReferences } from '../extract/scan/find-references.ts'
import type { Lexicon } from '../extract/scan/lexicon.ts'
import type { Tokeniser } from '../extract/scan/tokenise.ts'
import type { Tokens } from '../extract/scan/tokens.ts'
import { type ReferenceExports, ReferenceKernel, type Syntax } from './reference-kernel.ts'

/** What of the kernel is about tokens (`kernel/tokens.as`). */
export interface TokenExports extends ReferenceExports {
  readonly newSyntax: (peculiar: number) => Syntax
  readonly forgetWords: (syntax: Syntax) => void
  readonly beginTokens: (syntax: Syntax) => void
  readonly pairBrackets: (mostSteps: number) => number
  readonly tokenise: (syntax: Syntax, from: number) => number
  readonly roomForTokens: (least: number) => number
  readonly columnsOfTokens: () => number
  readonly startsOfLines: () => number
  readonly countOfLines: () => number
  readonly tokenLine: { value: number }
}

interface KnownSyntax {
  readonly number: Syntax
  generation: number
}

/** A text has some token for so many characters. */
const charactersOfToken = 4
const fewestTokens = 1 << 14

/** Splits the text that a kernel has loaded into tokens, in compiled code; what is peculiar is passed over by whoever asked. */
export class TokenKernel implements Tokeniser {
  readonly references: ReferenceKernel
  readonly #exports: TokenExports
  readonly #syntaxes = new Map<Lexicon, KnownSyntax>()
  #syntax = 0 as Syntax
  #lexicon: Lexicon | undefined
  #text = ''
  #room = 0

  constructor(exports: TokenExports) {
    this.#exports = exports
    this.references = new ReferenceKernel(exports)
  }

  /** The number of a word that the kernel does not know. */
  word(from: number, to: number): number {
    return this.#lexicon?.words.numberOf(this.#text, from, to) ?? 0
  }

  begin(text: string, lexicon: Lexicon, tokens: Tokens): void {
    const { roomForTokens, beginTokens, forgetWords } = this.#exports
    const known = this.#known(lexicon)
    if (known.generation !== lexicon.words.generation) forgetWords(known.number)
    known.generation = lexicon.words.generation
    this.#syntax = known.number
    this.#lexicon = lexicon
    this.#text = text
    beginTokens(known.number)
    this.#room = roomForTokens(Math.max(fewestTokens, Math.floor(text.length / charactersOfToken)))
    this.#lend(tokens)
    tokens.begin(text)
  }

  goOn(tokens: Tokens, from: number): number {
    const { tokenise, roomForTokens, tokenCount, tokenLine } = this.#exports
    tokenCount.value = tokens.count
    tokenLine.value = tokens.lineCount - 1
    let at = tokenise(this.#syntax, from)
    while (tokenCount.value + 2 > this.#room && at < this.#text.length) {
      this.#room = roomForTokens(this.#room * 2)
      this.#lend(tokens)
      at = tokenise(this.#syntax, at)
    }
    tokens.count = tokenCount.value
    tokens.lineCount = tokenLine.value + 1
    return at
  }

  pairBrackets(tokens: Tokens): void {
    const { tokenCount, pairBrackets } = this.#exports
    tokenCount.value = tokens.count
    tokens.spend(pairBrackets(tokens.stepsLeft))
  }

  findReferences(draft: Draft): LentReferences {
    return this.references.find(draft, this.#syntax)
  }

  #known(lexicon: Lexicon): KnownSyntax {
    const known = this.#syntaxes.get(lexicon)
    if (known !== undefined) return known
    const { newSyntax, memory } = this.#exports
    const number = newSyntax(peculiarities(lexicon))
    const classes = new Uint8Array(memory.buffer, new Uint32Array(memory.buffer, number, 1)[0], 256)
    classes.set(lexicon.classes)
    const made = { number, generation: lexicon.words.generation }
    this.#syntaxes.set(lexicon, made)
    return made
  }

  /** Columns as they lie in the kernel's memory: until it grows, or is given another text. */
  #lend(tokens: Tokens): void {
    const { memory, columnsOfTokens, startsOfLines, countOfLines } = this.#exports
    const { buffer } = memory
    const first = columnsOfTokens()
    const column = (at: number) => new Int32Array(buffer, first + at * this.#room * 4, this.#room)
    tokens.starts = column(0)
    tokens.ends = column(1)
    tokens.lines = column(2)
    tokens.words = column(3)
    tokens.partners = column(4)
    tokens.kinds = new Uint8Array(buffer, first + this.#room * 20, this.#room)
    tokens.lineStarts = new Int32Array(buffer, startsOfLines(), countOfLines())
  }
}

/** As `kernel/tokens.as` numbers what a syntax is peculiar in. */
function peculiarities({ suffixes, lineComments, blockComments, tripleQuotes, features }: Lexicon): number {
  const opens = (first: string) => blockComments.filter(([open]) => open.startsWith(first))
  const isPlain = opens('/').every(([open, close]) => open === '/*' && close === '*/')
  const flags = [
    suffixes,
    isPlain && lineComments.includes('//'),
    isPlain && opens('/').length > 0,
    lineComments.includes('#') && opens('#').length === 0,
    features.has('rust-raw') || features.has('cpp-raw'),
    tripleQuotes,
  ]
  return flags.reduce((sum, flag, bit) => sum + (flag ? 1 << bit : 0), 0)
}
