/** Plain BM25 over whole files, k1 1.2, b 0.75, with identifiers cut at camelCase and snake_case: what every result is compared with. */
export class Baseline {
  readonly #paths: readonly string[]
  readonly #postings = new Map<string, [number, number][]>()
  readonly #lengths: number[] = []
  readonly #average: number

  constructor(files: readonly { readonly path: string; readonly text: string }[]) {
    this.#paths = files.map(({ path }) => path)
    files.forEach(({ text }, file) => {
      const counts = new Map<string, number>()
      const tokens = codeTokens(text)
      for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1)
      this.#lengths.push(tokens.length)
      for (const [token, count] of counts) {
        const row = this.#postings.get(token)
        if (row) row.push([file, count])
        else this.#postings.set(token, [[file, count]])
      }
    })
    this.#average = this.#lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, files.length)
  }

  rank(query: string, top: number): readonly string[] {
    const files = this.#paths.length
    const scores = new Float64Array(files)
    for (const token of new Set(codeTokens(query))) {
      const row = this.#postings.get(token) ?? []
      const weight = Math.log(1 + (files - row.length + 0.5) / (row.length + 0.5))
      for (const [file, count] of row) {
        scores[file] = scores[file]! + (weight * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * this.#lengths[file]!) / this.#average))
      }
    }
    const order = [...scores.keys()].filter((file) => scores[file]! > 0).sort((one, other) => scores[other]! - scores[one]! || one - other)
    return order.slice(0, top).map((file) => this.#paths[file]!)
  }
}

/** `getHTTPName_2` as get, http, name, 2. */
export function codeTokens(text: string): readonly string[] {
  return text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[\u00c0-\u1fff\u3040-\ufdff]+/g)?.map((token) => token.toLowerCase()) ?? []
}
