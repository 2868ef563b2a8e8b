/** What was measured at one time: a number for each name. */
export interface Sample {
  readonly seconds: number
  readonly values: Readonly<Record<string, number>>
}

export interface Level {
  readonly name: string
  readonly first: number
  readonly middle: number
  readonly last: number
  /** What the straight line through the second half gains from its start to its end. */
  readonly growth: number
  /** The growth that is borne. */
  readonly bound: number
  /** Null: it is told and not judged, since it goes up and down in steps that say nothing. */
  readonly level: boolean | null
}

/** Of the mean: a garbage collector and a vacuum breathe. */
const borneShare = 0.1

/** Growth that is borne whatever the mean, by the end of a name. */
const floors: readonly (readonly [string, number])[] = [[' MB', 8], [' descriptors', 6], [' rows', 500], [' folders', 8]]

/** Ends of names that are told only: V8 doubles and halves the room for young objects, by up to 100 MB. */
const told = [' resident MB', ' V8 MB']

/** Says for each name whether it levelled off: over the second half, the least-squares line gains no more than a tenth of the mean. */
export function levelsOf(samples: readonly Sample[]): readonly Level[] {
  const names = Object.keys(samples.at(-1)?.values ?? {})
  return names.map((name) => levelOf(name, floorOf(name, samples.map(({ seconds, values }) => [seconds, values[name] ?? 0] as const))))
}

/** Samples of which the least counts for what is beyond V8: pages that it has given up stay resident for a while. */
const settling = 8

function floorOf(name: string, points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  if (!name.endsWith(' beyond V8 MB')) return points
  return points.map(([time], at) => [time, Math.min(...points.slice(Math.max(0, at - settling + 1), at + 1).map(([, value]) => value))] as const)
}

function levelOf(name: string, points: readonly (readonly [number, number])[]): Level {
  const half = points.slice(Math.floor(points.length / 2))
  const mean = average(half.map(([, value]) => value))
  const span = (half.at(-1)?.[0] ?? 0) - (half[0]?.[0] ?? 0)
  const growth = slopeOf(half) * span
  const bound = Math.max(mean * borneShare, floors.find(([end]) => name.endsWith(end))?.[1] ?? 0)
  const level = told.some((end) => name.endsWith(end) && !name.endsWith(` beyond${end}`)) ? null : growth <= bound
  return { name, first: points[0]?.[1] ?? 0, middle: half[0]?.[1] ?? 0, last: points.at(-1)?.[1] ?? 0, growth, bound, level }
}

/** Least squares: the gain per second. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const [x, y] = [average(points.map(([time]) => time)), average(points.map(([, value]) => value))]
  const spread = points.reduce((sum, [time]) => sum + (time - x) ** 2, 0)
  return spread === 0 ? 0 : points.reduce((sum, [time, value]) => sum + (time - x) * (value - y), 0) / spread
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
