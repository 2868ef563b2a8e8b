import { joinPath } from '../extract/resolve/path-table.ts'

/**
 * Whether a path of the tree is the named place or lies below it; null where the place is the whole tree. It may be written as
 * people write places: `src`, `./src/`, `src/../lib`. Nothing lies below one that is not in the tree.
 */
export function isWithin(place: string): ((path: string) => boolean) | null {
  const whole = place.startsWith('/') ? null : joinPath('', place)
  if (whole === '') return null
  if (whole === null) return () => false
  return (path) => path === whole || path.startsWith(`${whole}/`)
}
