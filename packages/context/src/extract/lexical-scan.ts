import { type FileFacts, noFacts } from './file-facts.ts'
import { languageOf } from './languages.ts'
import type { Draft } from './scan/draft.ts'
import { findImports } from './scan/find-imports.ts'
import { findReferences } from './scan/find-references.ts'
import { lexiconOf } from './scan/lexicon.ts'
import { pairBrackets } from './scan/pair-brackets.ts'
import { scanBraces } from './scan/scan-braces.ts'
import { scanIndentation } from './scan/scan-indentation.ts'
import { scanHeadings } from './scan/scan-headings.ts'
import { tokenise } from './scan/tokenise.ts'
import { Tokens } from './scan/tokens.ts'

/** Raise it when the same text gives other facts. */
export const scanVersion = 1

// Reused from text to text: a scan never waits, so two of them never overlap in one thread.
const tokens = new Tokens()

/** What a quick look finds in a text: no grammar, a few hundred megabytes a second at best, right nearly always. */
export function lexicalScan(text: string, language: string | null): FileFacts {
  if (language === 'markdown') return { ...noFacts, definitions: scanHeadings(text) }
  const syntax = language === null ? undefined : languageOf(language)?.syntax
  if (language === null || syntax === undefined) return noFacts
  const lexicon = lexiconOf(syntax)
  lexicon.words.settle()
  tokenise(text, lexicon, tokens)
  pairBrackets(tokens, lexicon.features.has('preprocessor'))
  const draft: Draft = { tokens, lexicon, language, definitions: [], names: new Set(), bases: new Set(), imports: [] }
  if (syntax.bodies === 'braces') scanBraces(draft)
  else if (syntax.bodies === 'indentation') scanIndentation(draft)
  findImports(tokens, lexicon, draft.imports)
  const references = findReferences(draft)
  tokens.begin('')
  draft.definitions.sort((one, other) => one.startLine - other.startLine || other.endLine - one.endLine)
  return { definitions: draft.definitions, references, imports: draft.imports, exact: false }
}
