import { termTexts } from '../lexical/term-reader.ts'

/** A word or identifier as the text writes it. */
export interface Keyword {
  readonly text: string
  /** How telling it is, from 0 to 1; the first one has 1. */
  readonly score: number
}

export interface KeywordOptions {
  /** Most keywords. Default 10. */
  readonly top?: number
  /** From 0 to 1: how much being telling counts against being unlike those chosen before. Default 0.7. */
  readonly balance?: number
}

interface Candidate extends Keyword {
  readonly terms: ReadonlySet<string>
}

/** What is written as code writes names is meant as a name. */
const named = /\p{Ll}\p{Lu}|_/u
const namedGain = 1.5
const identifier = /[\p{L}_$][\p{L}\p{N}_$]+/gu

/**
 * The words that say what a text is about, without saying one thing twice: maximal marginal relevance (Carbonell and Goldstein
 * 1998) over `gains`, how telling each term is. A word of which no term is known is none. Ties go to the earlier word.
 */
export function extractKeywords(
  text: string,
  gains: ReadonlyMap<string, number>,
  { top = 10, balance = 0.7 }: KeywordOptions = {},
): readonly Keyword[] {
  const left = candidatesOf(text, gains)
  const chosen: Candidate[] = []
  const likeness = new Map(left.map((candidate) => [candidate, 0]))
  while (chosen.length < top && likeness.size > 0) {
    const next = bestOf(likeness, balance)
    chosen.push(next)
    likeness.delete(next)
    for (const [candidate, most] of likeness) likeness.set(candidate, Math.max(most, similarity(candidate.terms, next.terms)))
  }
  return chosen.map(({ text: word, score }) => ({ text: word, score: Math.round(score * 1000) / 1000 }))
}

function bestOf(likeness: ReadonlyMap<Candidate, number>, balance: number): Candidate {
  const marginal = ([{ score }, most]: readonly [Candidate, number]) => balance * score - (1 - balance) * most
  return [...likeness].reduce((best, other) => (marginal(other) > marginal(best) ? other : best))[0]
}

/** Each distinct word once, by the gain of its most telling term, whether it is a name, and how often it is said. */
function candidatesOf(text: string, gains: ReadonlyMap<string, number>): readonly Candidate[] {
  const counts = new Map<string, number>()
  for (const [word] of text.matchAll(identifier)) counts.set(word, (counts.get(word) ?? 0) + 1)
  const found = [...counts].flatMap(([word, count]) => {
    const terms = new Set(termTexts(word))
    const gain = Math.max(0, ...[...terms].map((term) => gains.get(term) ?? 0))
    return gain > 0 ? [{ text: word, score: gain * (named.test(word) ? namedGain : 1) * (1 + Math.log(count) / 2), terms }] : []
  })
  const most = found.reduce((highest, { score }) => Math.max(highest, score), 0)
  return found.map((candidate) => ({ ...candidate, score: candidate.score / most }))
}

/** Cosine of two sets of terms. */
function similarity(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let shared = 0
  for (const term of one) if (other.has(term)) shared += 1
  return shared / Math.sqrt(one.size * other.size)
}
