import type { Syntax, SyntaxFeature } from './syntax.ts'
import { WordTable } from './word-table.ts'

/** What the tokeniser does on meeting a character. */
export const characterClass = { punctuation: 0, space: 1, newline: 2, word: 3, digit: 4, quote: 5, special: 6 } as const

/** A syntax, compiled for the tokeniser. */
export interface Lexicon {
  readonly syntax: Syntax
  /** Class of each ASCII character. */
  readonly classes: Uint8Array
  readonly words: WordTable
  readonly features: ReadonlySet<SyntaxFeature>
  readonly lineComments: readonly string[]
  readonly blockComments: readonly (readonly [string, string])[]
  readonly longQuotes: string
  readonly tripleQuotes: boolean
  /** Whether words may end in `?` or `!`. */
  readonly suffixes: boolean
  /** Keywords whose number is below this declare something. */
  readonly declaring: number
  /** 1 for each keyword that a named value follows. */
  readonly beforeValues: Uint8Array
  /** Keywords after which a `/` begins a regular expression. */
  readonly beforeRegex: ReadonlySet<number>
}

const compiled = new WeakMap<Syntax, Lexicon>()
const specialsOf: Partial<Record<SyntaxFeature, string>> = {
  regex: '/',
  template: '`',
  lifetimes: "'",
  'rust-raw': '',
  'cpp-raw': '',
  verbatim: '@$',
  'raw-backtick': '`',
  heredoc: '<',
  'long-brackets': '[-',
  'ruby-percent': '%',
  'ruby-blocks': '=',
  'char-or-quote': "'",
}

/** The lexicon of a syntax; made once. */
export function lexiconOf(syntax: Syntax): Lexicon {
  const known = compiled.get(syntax)
  if (known !== undefined) return known
  const words = new WordTable(
    [...Object.keys(syntax.declares ?? {}), ...syntax.keywords.split(/\s+/), ...(syntax.modifiers ?? '').split(/\s+/)].filter(
      (word) => word !== '',
    ),
  )
  const features = new Set(syntax.features)
  const lexicon: Lexicon = {
    syntax,
    classes: classesOf(syntax),
    words,
    features,
    lineComments: syntax.lineComments ?? [],
    blockComments: syntax.blockComments ?? [],
    longQuotes: syntax.longQuotes ?? '',
    tripleQuotes: syntax.tripleQuotes ?? false,
    suffixes: syntax.features?.includes('question-words') ?? false,
    declaring: Object.keys(syntax.declares ?? {}).length,
    beforeValues: markKeywords(words, ['const', 'let', 'var']),
    beforeRegex: new Set(
      ['return', 'case', 'typeof', 'in', 'of', 'do', 'else', 'if', 'unless', 'when', 'and', 'or', 'not', 'while']
        .map((word) => words.keyword(word))
        .filter((id) => id >= 0),
    ),
  }
  compiled.set(syntax, lexicon)
  return lexicon
}

/** 1 for each of some keywords, as far as they are any: quicker to ask than a Set, since it is asked for each word of a text. */
export function markKeywords(words: WordTable, keywords: readonly string[]): Uint8Array {
  const marks = new Uint8Array(words.keywordCount)
  for (const keyword of keywords) {
    const number = words.keyword(keyword)
    if (number >= 0) marks[number] = 1
  }
  return marks
}

function classesOf(syntax: Syntax): Uint8Array {
  const classes = new Uint8Array(128)
  const set = (characters: string, to: number): void => {
    for (const character of characters) classes[character.charCodeAt(0)] = to
  }
  for (let code = 0; code <= 32; code++) classes[code] = characterClass.space
  set('\n', characterClass.newline)
  set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', characterClass.word)
  set('0123456789', characterClass.digit)
  set(syntax.wordCharacters ?? '', characterClass.word)
  for (const feature of syntax.features ?? []) set(specialsOf[feature] ?? '', characterClass.special)
  set(
    (syntax.quotes ?? '').replaceAll(
      syntax.features?.some((feature) => feature === 'lifetimes' || feature === 'char-or-quote') ? "'" : '',
      '',
    ),
    characterClass.quote,
  )
  for (const opener of [...(syntax.lineComments ?? []), ...(syntax.blockComments ?? []).map(([open]) => open)]) {
    const first = opener.charAt(0)
    if (/[A-Za-z]/.test(first)) continue
    set(first, characterClass.special)
  }
  return classes
}
