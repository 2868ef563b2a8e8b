import { closest, distance } from 'fastest-levenshtein'
import { settingPaths } from './setting-paths.ts'

/** The known setting, section or environment variable that looks most like the unknown one; null where none is near. */
export function nearest(unknown: string): string | null {
  const known = settingPaths.flatMap((path) => path.map((_, index) => path.slice(0, index + 1).join('.')))
  return near(unknown, [...new Set(known)])
}

export function near(unknown: string, known: readonly string[]): string | null {
  if (known.length === 0) return null
  const guess = closest(unknown, known)
  return distance(unknown, guess) <= Math.max(3, Math.floor(unknown.length / 3)) ? guess : null
}
