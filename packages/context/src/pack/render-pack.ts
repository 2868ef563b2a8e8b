import type { PackCandidate, PackEntry } from './context-pack.ts'

/** As the model sees an entry: where it is from and why, then its text. */
export function renderEntry({ source, reason, text }: PackCandidate): string {
  return `--- ${source} (${reason})\n${text}`
}

/** Joins entries that lie next to each other in a file; puts the parts of a file in their order, where its best part stands. */
export function joinNeighbours(entries: readonly PackEntry[]): readonly PackEntry[] {
  const byPath = Map.groupBy(entries, ({ place, source }) => place?.path ?? `\0${source}`)
  return [...byPath.values()].flatMap((parts) => {
    const sorted = [...parts].sort((one, other) => (one.place?.startLine ?? 0) - (other.place?.startLine ?? 0))
    return sorted.reduce<readonly PackEntry[]>((joined, entry) => {
      const before = joined.at(-1)
      return before?.place && entry.place?.startLine === before.place.endLine + 1
        ? [...joined.slice(0, -1), joinTwo(before, entry)]
        : [...joined, entry]
    }, [])
  })
}

function joinTwo(one: PackEntry, other: PackEntry): PackEntry {
  const path = one.place?.path ?? ''
  const startLine = one.place?.startLine ?? 1
  const endLine = other.place?.endLine ?? startLine
  const better = one.priority >= other.priority ? one : other
  return {
    ...better,
    source: `${path}:${startLine}-${endLine}`,
    text: `${one.text}\n${other.text}`,
    tokens: one.tokens + other.tokens,
    place: { path, startLine, endLine },
  }
}
