import type { PackCandidate, PackEntry } from './context-pack.ts'
import { renderEntry } from './render-pack.ts'
import type { TokenCounter } from './token-counter.ts'

/** A candidate with what all of it is worth; undefined takes its priority. */
export type ValuedCandidate = PackCandidate & { readonly value?: number }

/** Takes what is worth most for each token until the budget is used; a candidate that does not fit makes room for smaller ones. */
export function chooseEntries(candidates: readonly ValuedCandidate[], budget: number, { count }: TokenCounter): readonly PackEntry[] {
  const priced = candidates.map((candidate) => {
    const tokens = count(`${renderEntry(candidate)}\n\n`)
    return { candidate, tokens, worth: (candidate.value ?? candidate.priority / 100) / Math.max(1, tokens) }
  })
  priced.sort((one, other) => other.worth - one.worth || (one.candidate.source < other.candidate.source ? -1 : 1))
  const chosen: PackEntry[] = []
  let left = budget
  for (const { candidate, tokens } of priced) {
    if (tokens > left || chosen.some((entry) => holds(entry, candidate))) continue
    left -= tokens
    const { value: _, ...entry } = candidate
    chosen.push({ ...entry, tokens })
  }
  return chosen
}

/** Whether an entry shows all lines of a candidate already. */
function holds({ place }: PackEntry, candidate: PackCandidate): boolean {
  const other = candidate.place
  return (
    place !== undefined &&
    other !== undefined &&
    place.path === other.path &&
    place.startLine <= other.startLine &&
    place.endLine >= other.endLine
  )
}
