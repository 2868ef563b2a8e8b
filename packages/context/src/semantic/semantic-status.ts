import type { EmbeddingUse } from '@codeforge/ports/embeddings'

/** How well a tree can be searched by meaning, and whether an answer was. */
export interface SemanticStatus {
  /** Null: no embeddings are configured. */
  readonly model: string | null
  /** Numbers of a vector; 0 while there is none. */
  readonly dimensions: number
  /** Chunks that may be sent. */
  readonly chunks: number
  readonly embedded: number
  /** Of this data directory, today; null where nobody could say. */
  readonly use: EmbeddingUse | null
  /** What went wrong last. */
  readonly trouble: string | null
  /** Whether this answer was ranked by meaning as well. */
  readonly used: boolean
  /** The same for people, in a sentence. */
  readonly text: string
}

/** Without configuration nothing is sent, and this is said. */
export const withoutSemantics: SemanticStatus = {
  model: null,
  dimensions: 0,
  chunks: 0,
  embedded: 0,
  use: null,
  trouble: null,
  used: false,
  text: 'lexical and graph only: no embeddings endpoint is configured',
}

/** What answered, and what did not. */
export function statusText({ chunks, embedded, trouble, used }: Omit<SemanticStatus, 'text'>): string {
  const why = trouble === null ? '' : ` (${trouble.replace(/\.$/, '')})`
  const covered =
    chunks === 0
      ? 'as far as the chunks were looked at'
      : embedded >= chunks
        ? 'all chunks are embedded'
        : `${Math.floor((100 * embedded) / chunks)} % of chunks embedded so far`
  if (used) return `words, graph and meaning: ${covered}${why}`
  if (chunks === 0) return `lexical and graph only: nothing here may be embedded${why}`
  return `lexical and graph only: ${embedded === 0 && trouble === null ? 'no chunk is embedded yet' : covered}${why}`
}
