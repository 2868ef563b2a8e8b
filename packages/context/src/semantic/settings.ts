import type { Clock } from '@codeforge/ports/clock'
import type { CountedEmbeddings } from '@codeforge/ports/embeddings'
import type { VectorIndex } from '@codeforge/ports/vector-index'

/** How a repository is searched by meaning. Plain data, so that it travels to a thread. */
export interface SemanticSettings {
  readonly model: string
  /** Numbers that are asked for; null: as many as the model gives. */
  readonly dimensions: number | null
  /** Texts of one request. */
  readonly batchTexts: number
  /** Bytes of one request's texts. */
  readonly batchBytes: number
  /** Globs of files that are never sent. */
  readonly blocked: readonly string[]
  /** Milliseconds that a search waits for the vector of its query. */
  readonly queryMs: number
  /** Bytes of vectors that are searched in this process; more of them lie in the vector index. */
  readonly mostBytes: number
  /** How much words and meaning count, from 0 to 1 each [CFG-03]. */
  readonly bm25Weight: number
  readonly semanticWeight: number
}

/** What search by meaning needs of the world. The embeddings count what they send, and mask secrets. */
export interface SemanticPorts {
  readonly embeddings: CountedEmbeddings
  readonly vectors: VectorIndex
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>
}

/** Search by meaning, as it is given to a repository. */
export interface Semantic {
  readonly ports: SemanticPorts
  readonly settings: SemanticSettings
}
