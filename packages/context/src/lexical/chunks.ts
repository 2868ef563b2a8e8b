import type { Definition } from '../extract/file-facts.ts'
import type { TextLines } from './term-kernel.ts'

/** Takes a chunk, which begins where the one before ended: its end in the text, its lines from 1, both included, and the definition it begins with or stands in, else null. */
export type TakeChunk = (to: number, startLine: number, endLine: number, symbol: string | null) => void

/** A chunk is closed at the next definition once it has so many lines, and anywhere once it has `mostLines`. */
const fewestLines = 15
const mostLines = 60

/** Cuts texts at the beginnings of their definitions: small ones join their neighbours, large ones are cut where the definitions within them begin. */
export function cutChunks({ starts, count: lines, bytes }: TextLines, given: readonly Definition[], take: TakeChunk): void {
  if (lines === 0) return
  const definitions = inOrder(given)
  const give = (start: number, end: number, symbol: string | null) =>
    take(end < lines ? (starts[end] as number) : bytes, start, end, symbol)
  const owners = new Owners(definitions)
  let start = 1
  let symbol: string | null = null
  let next = 0
  const closeAt = (line: number, name: string | null): void => {
    give(start, line - 1, symbol)
    start = line
    symbol = name ?? owners.around(line)
  }
  for (let last = 0; next < definitions.length; next += 1) {
    const { startLine, name } = definitions[next] as Definition
    if (startLine > lines) break
    if (startLine === last) continue // the first of a line gives its name
    last = startLine
    while (startLine - start > mostLines) closeAt(start + mostLines, null)
    if (startLine > start && startLine - start >= fewestLines) closeAt(startLine, name)
    else symbol ??= name
  }
  while (lines + 1 - start > mostLines) closeAt(start + mostLines, null)
  give(start, lines, symbol)
}

/** The innermost definition around a line; asked for growing lines. */
class Owners {
  readonly #definitions: readonly Definition[]
  readonly #open: Definition[] = []
  #next = 0

  constructor(definitions: readonly Definition[]) {
    this.#definitions = definitions
  }

  around(line: number): string | null {
    for (; this.#next < this.#definitions.length; this.#next += 1) {
      const definition = this.#definitions[this.#next] as Definition
      if (definition.startLine > line) break
      this.#open.push(definition)
    }
    while (this.#open.length > 0 && (this.#open.at(-1)?.endLine ?? 0) < line) this.#open.pop()
    return this.#open.at(-1)?.name ?? null
  }
}

/** By lines, the outer before the inner, as they nearly always are already. */
function inOrder(definitions: readonly Definition[]): readonly Definition[] {
  const isOrdered = definitions.every((one, at) => at === 0 || before(definitions[at - 1] as Definition, one) <= 0)
  return isOrdered ? definitions : [...definitions].sort(before)
}

function before(one: Definition, other: Definition): number {
  return one.startLine - other.startLine || other.endLine - one.endLine
}
