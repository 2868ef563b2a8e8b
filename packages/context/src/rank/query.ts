import { stopWords } from '../lexical/stop-words.ts'
import { termTexts } from '../lexical/term-reader.ts'
import { withoutTrailers } from './clean-text.ts'
import { compoundTerms } from './compounds.ts'

/** A task, cut into what the signals look for. */
export interface Query {
  readonly text: string
  /** Stems and whole identifiers (see `wholeMark`), each with how much it counts. */
  readonly terms: ReadonlyMap<string, number>
  /** Identifiers that its words may make together, each with how much it counts. */
  readonly compounds: ReadonlyMap<string, number>
  /** Words as they are written, for names of files and symbols. */
  readonly words: readonly string[]
}

/** The first line of a longer text says what it is about. */
const titleWeight = 1.5
/** Longer tasks are read up to here; a pasted log must not cost seconds. */
const longestQuery = 20_000

/** Reads a task: its first line counts more, words that say nothing and trailers count nothing. */
export function readQuery(task: string): Query {
  const text = withoutTrailers(task.slice(0, longestQuery))
  const title = text.trimStart().split('\n')[0] ?? ''
  const terms = new Map<string, number>()
  for (const term of termTexts(title)) if (!stopWords.has(term)) terms.set(term, titleWeight)
  for (const term of termTexts(text)) if (!stopWords.has(term) && !terms.has(term)) terms.set(term, 1)
  return { text, terms, compounds: compoundTerms(text), words: [...new Set(text.match(/[A-Za-z_$][\w$]{2,}/g) ?? [])] }
}
