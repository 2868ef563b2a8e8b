import { scanTokens } from './code-tokens.ts'
import { isStem, stem } from './stem.ts'
import { TermKernel } from './term-kernel.ts'
import { Vocabulary } from './vocabulary.ts'

/** Whole identifiers stand in the same vocabulary as stems, behind a mark that no token holds. */
export const wholeMark = '='
const mostUnits = 64

/** Turns texts into term numbers; remembers the terms of each identifier it met, so that it is cut and stemmed once. */
export class TermReader {
  readonly vocabulary: Vocabulary
  readonly #tokens = Vocabulary.empty()
  #kernel: TermKernel | undefined
  #stems = new Int32Array(1 << 12)
  readonly #marked = new Uint16Array(mostUnits)

  constructor(vocabulary: Vocabulary) {
    this.vocabulary = vocabulary
  }

  /** What goes through texts, made when it is first needed: whoever only searches has none. */
  get kernel(): TermKernel {
    return (this.#kernel ??= new TermKernel((identifier) => this.#termsOf(identifier)))
  }

  #termsOf(identifier: string): number[] {
    const terms: number[] = []
    scanTokens(identifier, {
      part: (units, length) => terms.push(this.#stemOf(units, length)),
      whole: (units, length) => {
        this.#marked[0] = wholeMark.charCodeAt(0)
        const kept = Math.min(length, mostUnits - 1)
        this.#marked.set(units.subarray(0, kept), 1)
        terms.push(this.vocabulary.add(this.#marked, kept + 1))
      },
    })
    return terms
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
    const term = isStem(units, length)
      ? this.vocabulary.add(units, length)
      : this.vocabulary.addText(stem(String.fromCharCode(...units.subarray(0, length))))
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
