import type { RunId } from './ids.ts'

/** The branch that a run delivers to. */
export const runBranch = (id: RunId): string => `codeforge/${id}`

const longestTitle = 72

/** A run in one line: the first of its prompt, cut to 72 characters. */
export function runTitle(prompt: string): string {
  const line = (prompt.split('\n', 1)[0] ?? '').trim()
  return line.length > longestTitle ? `${line.slice(0, longestTitle - 1)}…` : line
}
