export interface BlockFound {
  readonly kind: 'found'
  /** Characters of the text that the block takes. */
  readonly start: number
  readonly end: number
  /** False where only whitespace differed. */
  readonly exact: boolean
}

export type BlockSearch =
  | BlockFound
  | { readonly kind: 'ambiguous'; readonly lines: readonly number[] }
  /** `nearest`: the lines most like the block, for the message. */
  | { readonly kind: 'missing'; readonly nearest: { readonly line: number; readonly text: string } | null }

/** Finds the one place of a block: exactly, else with whitespace at line ends and indentation not counted. */
export function findBlock(text: string, block: string): BlockSearch {
  const exact = placesOf(text, block)
  if (exact.length > 1) return { kind: 'ambiguous', lines: exact.map((start) => lineAt(text, start)) }
  const [start] = exact
  if (start !== undefined) return { kind: 'found', start, end: start + block.length, exact: true }
  return findLoosely(text, block)
}

function findLoosely(text: string, block: string): BlockSearch {
  const lines = text.split('\n')
  const wanted = trimBlankEnds(block.split('\n')).map(loose)
  if (wanted.every((line) => line === '')) return { kind: 'missing', nearest: null }
  const loosened = lines.map(loose)
  const places = loosened.keys().filter((first) => wanted.every((line, index) => loosened[first + index] === line)).toArray()
  if (places.length > 1) return { kind: 'ambiguous', lines: places.map((place) => place + 1) }
  const [place] = places
  if (place === undefined) return { kind: 'missing', nearest: nearestTo(lines, loosened, wanted) }
  const start = lines.slice(0, place).reduce((sum, line) => sum + line.length + 1, 0)
  const end = start + lines.slice(place, place + wanted.length).join('\n').length
  return { kind: 'found', start, end, exact: false }
}

function placesOf(text: string, block: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(block); at !== -1 && places.length < 20; at = text.indexOf(block, at + 1)) places.push(at)
  return places
}

/** The window of lines that shares most words with the block. */
function nearestTo(lines: readonly string[], loosened: readonly string[], wanted: readonly string[]): { line: number; text: string } | null {
  const words = new Set(wanted.flatMap((line) => line.split(/\W+/)).filter((word) => word !== ''))
  const hits = loosened.map((line) => new Set(line.split(/\W+/).filter((word) => words.has(word))).size)
  let best = { score: 0, line: -1 }
  for (let first = 0; first < hits.length; first += 1) {
    const score = hits.slice(first, first + wanted.length).reduce((sum, hit) => sum + hit, 0)
    if (score > best.score) best = { score, line: first }
  }
  if (best.score < Math.max(1, words.size / 3)) return null
  return { line: best.line + 1, text: lines.slice(best.line, best.line + Math.min(wanted.length, 12)).join('\n') }
}

function trimBlankEnds(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return lines.slice(Math.max(0, first), last + 1)
}

const loose = (line: string): string => line.trim().replaceAll(/\s+/g, ' ')

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length
