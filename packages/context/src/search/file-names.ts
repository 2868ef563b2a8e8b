import type { IndexedFile } from '../indexer/indexed-tree.ts'
import type { FileNames } from '../rank/signal-inputs.ts'

/** Files by their lower-cased names, with and without ending. Names that many files bear are left out: they tell nothing. */
const mostBearers = 20

export function fileNamesOf(numbers: ReadonlyMap<string, number>, files: readonly IndexedFile[]): FileNames {
  const byBase = new Map<string, number[]>()
  const byStem = new Map<string, number[]>()
  for (const [path, number] of numbers) {
    const base = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
    add(byBase, base, number)
    add(byStem, base.replace(/\..*$/, ''), number)
  }
  for (const map of [byBase, byStem]) for (const [name, bearers] of map) if (bearers.length > mostBearers) map.delete(name)
  return { byBase, byStem, pathOf: (file) => files[file]?.path ?? '' }
}

function add(map: Map<string, number[]>, name: string, number: number): void {
  const bearers = map.get(name)
  if (bearers) bearers.push(number)
  else map.set(name, [number])
}
