import { IdentifierTable } from './identifier-table.ts'
import { longestIdentifier, scanTokens, unitClasses } from './code-tokens.ts'
import type { TokenSink } from './code-tokens.ts'
import { stem } from './stem.ts'
import { Vocabulary } from './vocabulary.ts'

/** Whole identifiers stand in the same vocabulary as stems, behind a mark that no token holds. */
export const wholeMark = '='
const mostUnits = 64

/** Whatever terms are counted in. */
export interface TermTaker {
  add(term: number): unknown
}

/** Turns texts into term numbers; remembers the terms of each identifier it met, so that it is cut and stemmed once. */
export class TermReader {
  readonly vocabulary: Vocabulary
  readonly #tokens = Vocabulary.empty()
  readonly #identifiers = new IdentifierTable()
  #units = new Uint16Array(1 << 14)
  #stems = new Int32Array(1 << 12)
  readonly #marked = new Uint16Array(mostUnits)
  #take: (term: number) => void = () => undefined
  readonly #sink: TokenSink = {
    part: (units, length) => {
      this.#take(this.#stemOf(units, length))
    },
    whole: (units, length) => {
      this.#marked[0] = wholeMark.charCodeAt(0)
      const kept = Math.min(length, mostUnits - 1)
      this.#marked.set(units.subarray(0, kept), 1)
      this.#take(this.vocabulary.add(this.#marked, kept + 1))
    },
  }

  constructor(vocabulary: Vocabulary) {
    this.vocabulary = vocabulary
  }

  /** Adds each term of a text to the document under way, in order, with repeats. */
  read(text: string, into: TermTaker): void {
    this.load(text)
    this.readLoaded(into, 0, text.length)
  }

  /** Takes a text whose parts are read next: typed arrays are quicker to go through than strings. */
  load(text: string): void {
    if (text.length > this.#units.length) this.#units = new Uint16Array(text.length * 2)
    Buffer.from(this.#units.buffer).write(text, 'utf16le')
  }

  /** Adds each term of `[from..to)` of the text that was loaded last. */
  readLoaded(into: TermTaker, from: number, to: number): void {
    const units = this.#units
    const { factor } = this.#identifiers
    for (let index = from; index < to; index += 1) {
      const first = units[index] as number
      if (unitClasses[first] === 0) continue
      const start = index
      let hash = Math.imul(first, factor)
      for (index += 1; index < to; index += 1) {
        const unit = units[index] as number
        if (unitClasses[unit] === 0) break
        hash = Math.imul(hash ^ unit, factor)
      }
      this.#give(start, index, hash, into)
    }
  }

  #give(start: number, end: number, hash: number, into: TermTaker): void {
    if (end - start > longestIdentifier) return this.#split(start, end, into)
    const known = this.#identifiers.find(this.#units, start, end, hash)
    this.#identifiers.give(known < 0 ? this.#learn(start, end, hash) : known, into)
  }

  #split(start: number, end: number, into: TermTaker): void {
    this.#take = (term) => into.add(term)
    scanTokens(Buffer.from(this.#units.buffer, start * 2, (end - start) * 2).toString('utf16le'), this.#sink)
  }

  #learn(start: number, end: number, hash: number): number {
    const terms: number[] = []
    this.#split(start, end, { add: (term) => terms.push(term) })
    return this.#identifiers.insert(this.#units.subarray(start, end), hash, terms)
  }

  #stemOf(units: Uint16Array, length: number): number {
    const known = this.#tokens.size
    const token = this.#tokens.add(units, length)
    if (token < known) return this.#stems[token] ?? 0
    if (token >= this.#stems.length) {
      const more = new Int32Array(this.#stems.length * 2)
      more.set(this.#stems)
      this.#stems = more
    }
    const term = this.vocabulary.addText(stem(String.fromCharCode(...units.subarray(0, length))))
    this.#stems[token] = term
    return term
  }
}

/** The distinct terms of a short text as they stand in a vocabulary: stems, and whole identifiers behind their mark. */
export function termTexts(text: string): readonly string[] {
  const found = new Set<string>()
  const textOf = (units: Uint16Array, length: number) => String.fromCharCode(...units.subarray(0, length))
  scanTokens(text, {
    part: (units, length) => found.add(stem(textOf(units, length))),
    whole: (units, length) => found.add(wholeMark + textOf(units, Math.min(length, mostUnits - 1))),
  })
  return [...found]
}
