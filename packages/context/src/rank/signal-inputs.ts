import type { SymbolTable } from '../graph/symbol-table.ts'
import type { HistoryIndex } from '../history/history-index.ts'
import type { QueryTerm } from '../lexical/bm25.ts'
import type { Field } from '../lexical/field.ts'
import type { TextIndex } from '../lexical/text-index.ts'
import type { Vocabulary } from '../lexical/vocabulary.ts'
import type { Query } from './query.ts'

/** Everything a ranking may look at. Files are numbered as in the text index. */
export interface RankInputs {
  readonly files: number
  readonly text: TextIndex
  readonly symbols: SymbolTable
  /** Absent where the tree has no history. */
  readonly history: HistoryIndex | undefined
  readonly names: FileNames
}

/** Files by their names, for tasks that name them. */
export interface FileNames {
  readonly byBase: ReadonlyMap<string, readonly number[]>
  readonly byStem: ReadonlyMap<string, readonly number[]>
  pathOf(file: number): string
}

/** The query's terms that a vocabulary knows. */
export function knownTerms(vocabulary: Vocabulary, terms: Iterable<readonly [string, number]>): readonly QueryTerm[] {
  const known: QueryTerm[] = []
  for (const [text, weight] of terms) {
    const term = vocabulary.findText(text)
    if (term >= 0) known.push({ term, weight })
  }
  return known
}

/** The terms that tell most of where a field holds them, in their order. */
export function telling(terms: readonly QueryTerm[], field: Field, most: number): readonly QueryTerm[] {
  if (terms.length <= most) return terms
  const gains = terms.map(({ term, weight }) => weight * field.inverseDocumentFrequency(term))
  const least = [...gains].sort((one, other) => other - one)[most - 1] ?? 0
  return terms.filter((_, at) => (gains[at] ?? 0) >= least).slice(0, most)
}

/**
 * Weighs terms by how telling they are in past messages: "fix" and "add" say nothing of where, though they are rare in code.
 * Words that no message holds count in full.
 */
export function weighByHistory({ terms }: Query, history: HistoryIndex | undefined): readonly (readonly [string, number])[] {
  if (history === undefined || history.messages.documents === 0) return [...terms]
  const most = Math.log(1 + history.messages.documents)
  return [...terms].map(([text, weight]) => {
    const term = history.vocabulary.findText(text)
    const telling = term < 0 ? 1 : Math.min(1, (1.3 * history.messages.inverseDocumentFrequency(term)) / most)
    return [text, weight * (0.3 + 0.7 * telling)] as const
  })
}
