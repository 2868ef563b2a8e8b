/** How well one ranking finds the files of one change. */
export interface Quality {
  /** Share of the true files among the first 1, 5 and 10. */
  readonly recall1: number
  readonly recall5: number
  readonly recall10: number
  /** 1 / rank of the first true file, 0 where none is among those given. */
  readonly reciprocalRank: number
}

export const measures = ['recall1', 'recall5', 'recall10', 'reciprocalRank'] as const

export function qualityOf(ranking: readonly string[], truth: readonly string[]): Quality {
  const found = (top: number) => ranking.slice(0, top).filter((path) => truth.includes(path)).length / truth.length
  const first = ranking.findIndex((path) => truth.includes(path))
  return { recall1: found(1), recall5: found(5), recall10: found(10), reciprocalRank: first < 0 ? 0 : 1 / (first + 1) }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

/** 95 % interval of the mean difference of paired values, by 2,000 seeded resamples. */
export function pairedInterval(ours: readonly number[], theirs: readonly number[]): readonly [number, number] {
  const differences = ours.map((value, index) => value - (theirs[index] ?? 0))
  let state = 12345
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const means = Array.from({ length: 2000 }, () => {
    let sum = 0
    for (const _ of differences) sum += differences[Math.floor(next() * differences.length)] ?? 0
    return sum / Math.max(1, differences.length)
  }).sort((one, other) => one - other)
  return [means[50] ?? 0, means[1949] ?? 0]
}
