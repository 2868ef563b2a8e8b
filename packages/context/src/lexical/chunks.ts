import type { Definition } from '../extract/file-facts.ts'

/** Lines of a file that are searched as one, counted from 1, both included. */
export interface Chunk {
  readonly startLine: number
  readonly endLine: number
  /** The definition it begins with or stands in, else null. */
  readonly symbol: string | null
}

/** A chunk is closed at the next definition once it has so many lines, and anywhere once it has `mostLines`. */
const fewestLines = 15
const mostLines = 60

/** Cuts a file at the beginnings of its definitions: small ones join their neighbours, large ones are cut where the definitions within them begin. */
export function cutIntoChunks(lines: number, definitions: readonly Definition[]): readonly Chunk[] {
  const starts = new Map<number, string>()
  for (const { startLine, name } of definitions) if (!starts.has(startLine)) starts.set(startLine, name)
  const owners = ownersOf(definitions)
  const chunks: Chunk[] = []
  let start = 1
  let symbol: string | null = starts.get(1) ?? null
  for (let line = 2; line <= lines; line += 1) {
    const length = line - start
    const name = starts.get(line)
    if (length >= mostLines || (name !== undefined && length >= fewestLines)) {
      chunks.push({ startLine: start, endLine: line - 1, symbol })
      start = line
      symbol = name ?? owners(line)
    } else symbol ??= name ?? null
  }
  if (lines > 0) chunks.push({ startLine: start, endLine: lines, symbol })
  return chunks
}

/** The innermost definition around a line; asked for growing lines. */
function ownersOf(definitions: readonly Definition[]): (line: number) => string | null {
  const sorted = [...definitions].sort((one, other) => one.startLine - other.startLine || other.endLine - one.endLine)
  const open: Definition[] = []
  let next = 0
  return (line) => {
    for (; next < sorted.length && (sorted[next]?.startLine ?? 0) <= line; next += 1) {
      const definition = sorted[next]
      if (definition) open.push(definition)
    }
    while (open.length > 0 && (open.at(-1)?.endLine ?? 0) < line) open.pop()
    return open.at(-1)?.name ?? null
  }
}
