import type { CodeHit } from '@codeforge/contracts/code'

/**
 * The places that several queries found, each once with its highest score, best first [COD-07]. Scores of one answer say nothing
 * beside those of another one, so that each counts as a share of its answer's best; a place that stands higher, and earlier, goes first.
 */
export function mergeHits(answers: readonly (readonly CodeHit[])[]): readonly CodeHit[] {
  const found = new Map<string, CodeHit>()
  for (const hits of answers) {
    const best = hits[0]?.score ?? 1
    for (const hit of hits) {
      const score = best > 0 ? hit.score / best : 0
      const key = `${hit.path}\0${hit.startLine}`
      if ((found.get(key)?.score ?? -1) < score) found.set(key, { ...hit, score })
    }
  }
  return [...found.values()].sort(
    (one, other) => other.score - one.score || (one.path < other.path ? -1 : one.path > other.path ? 1 : one.startLine - other.startLine),
  )
}
