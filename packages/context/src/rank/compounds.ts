import { stem } from '../lexical/stem.ts'
import { stopWords } from '../lexical/stop-words.ts'
import { wholeMark } from '../lexical/term-reader.ts'

/** Words of a task that are looked at; a long message says the rest in other signals. */
const mostWords = 60
/** Shorter words are seldom more than one. */
const fewestLetters = 6
/** A word that may be several in code (`websocket`, `web_socket`) against two that may be one (`connection pool`, `ConnectionPool`). */
const singleShare = 0.7

/**
 * Identifiers that a task may mean without writing them so: two neighbouring words as one, in the plural and the singular, and long words
 * as identifiers of several parts. Terms of the vocabulary, each with how much it counts.
 */
export function compoundTerms(text: string): ReadonlyMap<string, number> {
  const words = (text.match(/[A-Za-z][A-Za-z0-9]*/g) ?? []).slice(0, mostWords).map((word) => word.toLowerCase())
  const terms = new Map<string, number>()
  words.forEach((word, at) => {
    const next = words[at + 1]
    if (next === undefined || stopWords.has(word) || stopWords.has(next)) return
    for (const joined of [word + next, word + singular(next)]) terms.set(wholeMark + joined, 1).set(stem(joined), 1)
  })
  for (const word of words) if (word.length >= fewestLetters && !stopWords.has(word)) terms.set(wholeMark + word, singleShare)
  return terms
}

function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') ? word.slice(0, -1) : word
}
