import { CodeForgeError } from '@codeforge/contracts/error-code'
import { unitVector } from '@codeforge/domain/quantise'
import { abortable } from '@codeforge/ports/abortable'
import type { Semantic } from './settings.ts'

/** A long task says what it is about at its beginning. */
const mostCharacters = 4000
const mostRemembered = 200

/** The vectors of queries: the same question costs once. */
export class QueryVectors {
  readonly #semantic: Semantic
  readonly #known = new Map<string, Float32Array>()

  constructor(semantic: Semantic) {
    this.#semantic = semantic
  }

  /** The unit vector of a query, or an error with a code; `timeout` where the endpoint takes longer than a search should. */
  async of(query: string, signal: AbortSignal): Promise<Float32Array> {
    const text = query.slice(0, mostCharacters).toWellFormed()
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const vector = await this.#ask(text, signal)
    if (this.#known.size >= mostRemembered) this.#known.delete(this.#known.keys().next().value ?? '')
    this.#known.set(text, vector)
    return vector
  }

  async #ask(text: string, signal: AbortSignal): Promise<Float32Array> {
    const {
      ports: { embeddings },
      settings: { model, dimensions, queryMs },
    } = this.#semantic
    const late = new CodeForgeError('timeout', `The embeddings endpoint did not answer within ${queryMs} ms.`)
    const limit = new AbortController()
    const timer = setTimeout(() => {
      limit.abort(late)
    }, queryMs)
    try {
      const both = AbortSignal.any([signal, limit.signal])
      const {
        vectors: [vector],
      } = await abortable(embeddings.embed({ model, dimensions, texts: [text], requestId: 'search' }, both), both)
      const unit = vector && unitVector(vector)
      if (unit === undefined) throw new CodeForgeError('llm-invalid-reply', 'The embeddings endpoint sent no vector for the query.')
      return unit
    } finally {
      clearTimeout(timer)
    }
  }
}
