import type { Figures, Mark } from './family.ts'

/** The figure in the middle; of an even number the mean of the two there. NaN of none. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2
}

/** The smallest figure that at least the share of all figures does not exceed (nearest rank). NaN of none. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

/** What a row's measurements come to. */
export interface Summary {
  readonly ours: number
  readonly baseline: number
  /** Median over the pairs, so that what slows both halves of a pair counts for neither. */
  readonly ratio: number
  readonly pairs: readonly (readonly [ours: number, baseline: number])[]
}

/** Sums up one row of pairs that were measured in turns. */
export function summarise(row: string, pairs: readonly { readonly ours: Figures; readonly baseline: Figures }[]): Summary {
  const figures = pairs.map(({ ours, baseline }) => [figureOf(ours, row), figureOf(baseline, row)] as const)
  return {
    ours: median(figures.map(([ours]) => ours)),
    baseline: median(figures.map(([, baseline]) => baseline)),
    ratio: median(figures.map(([ours, baseline]) => ours / baseline)),
    pairs: figures,
  }
}

function figureOf(figures: Figures, row: string): number {
  const figure = figures[row]
  if (figure === undefined) throw new Error(`A measurement has no figure for the row '${row}', only for ${Object.keys(figures).join(', ')}.`)
  return figure
}

/** Whether every mark holds; null where there is none. */
export function isMet(marks: readonly Mark[], summary: Pick<Summary, 'ours' | 'ratio'>): boolean | null {
  if (marks.length === 0) return null
  return marks.every(({ of, is, value }) => (is === 'at most' ? summary[of] <= value : summary[of] >= value))
}
