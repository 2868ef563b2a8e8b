import type { Definition, Import } from './file-facts.ts'
import { languageOf } from './languages.ts'
import type { Draft } from './scan/draft.ts'
import { findImports } from './scan/find-imports.ts'
import { findReferences, type LentReferences, noReferences, type ReferenceColumns } from './scan/find-references.ts'
import { lexiconOf } from './scan/lexicon.ts'
import { pairBrackets } from './scan/pair-brackets.ts'
import { scanBraces } from './scan/scan-braces.ts'
import { scanHeadings } from './scan/scan-headings.ts'
import { scanIndentation } from './scan/scan-indentation.ts'
import { TokenSet } from './scan/token-set.ts'
import { tokenise, tokeniseBy, type Tokeniser } from './scan/tokenise.ts'
import { Tokens } from './scan/tokens.ts'
import type { WordTable } from './scan/word-table.ts'

/** What the quick scan found in a text. References are columns that the next text overwrites: there are many of them. */
export interface QuickScan {
  readonly definitions: readonly Definition[]
  readonly imports: readonly Import[]
  readonly references: Readonly<ReferenceColumns> | LentReferences
  /** What the words of the references are; null where there are none. */
  readonly words: WordTable | null
}

/** What is known of a text in no language. */
export const nothingFound: QuickScan = { definitions: [], imports: [], references: noReferences, words: null }

// Reused from text to text: a scan never waits, so two of them never overlap in one thread.
const ownTokens = new Tokens()
const lentTokens = new Tokens()
const names = new TokenSet()
const bases = new TokenSet()

/** What a quick look finds in a text: no grammar, a few hundred megabytes a second at best, right nearly always. A tokeniser that has the text in memory is used where one is given. Throws ScanTooLong. */
export function quickScan(text: string, language: string | null, tokeniser?: Tokeniser): QuickScan {
  if (language === 'markdown') return { ...nothingFound, definitions: scanHeadings(text) }
  const syntax = language === null ? undefined : languageOf(language)?.syntax
  if (language === null || syntax === undefined) return nothingFound
  const lexicon = lexiconOf(syntax)
  lexicon.words.settle()
  names.clear()
  bases.clear()
  const tokens = tokeniser === undefined ? ownTokens : lentTokens
  if (tokeniser === undefined) tokenise(text, lexicon, tokens)
  else tokeniseBy(tokeniser, text, lexicon, tokens)
  const branches = lexicon.features.has('preprocessor')
  if (tokeniser === undefined || branches) pairBrackets(tokens, branches)
  else tokeniser.pairBrackets(tokens)
  const draft: Draft = { tokens, lexicon, language, definitions: [], names, bases, imports: [] }
  if (syntax.bodies === 'braces') scanBraces(draft)
  else if (syntax.bodies === 'indentation') scanIndentation(draft)
  findImports(tokens, lexicon, draft.imports)
  const references = tokeniser === undefined ? findReferences(draft) : tokeniser.findReferences(draft)
  tokens.begin('')
  draft.definitions.sort((one, other) => one.startLine - other.startLine || other.endLine - one.endLine)
  return { definitions: draft.definitions, imports: draft.imports, references, words: lexicon.words }
}
