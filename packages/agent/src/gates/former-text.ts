import { applyPatch, parsePatch, reversePatch } from 'diff'

/** Text of a file at checkpoint 0, from its present text and the diff. */
export function formerText(diff: string, path: string, now: string | null): string | null {
  const file = parsePatch(diff).find(({ oldFileName, newFileName }) => [oldFileName, newFileName].some((name) => name?.replace(/^[ab]\//, '') === path))
  if (!file || file.hunks.length === 0) return now
  if (file.oldFileName === '/dev/null') return null
  const former = applyPatch(now ?? '', reversePatch(file))
  return former === false ? null : former
}
