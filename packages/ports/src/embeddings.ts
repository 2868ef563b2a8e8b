import type { MicroUsd } from '@codeforge/contracts/money'
import { PortRegistry } from './registry.ts'

export interface EmbeddingRequest {
  readonly model: string
  /** Never empty, and no text of it is. */
  readonly texts: readonly string[]
  /** Numbers of each vector, for models that can shorten theirs; null: as many as the model gives. */
  readonly dimensions: number | null
  /** Sent along for correlation. */
  readonly requestId: string
}

export interface EmbeddingReply {
  /** One for each text, in their order; all of one length, every number finite. */
  readonly vectors: readonly Float32Array[]
  /** As the endpoint counted them; null where it did not say. */
  readonly tokens: number | null
  /** From the endpoint's own response; null where it has none. */
  readonly costMicroUsd: MicroUsd | null
}

/** Turns texts into vectors that lie near each other where the texts mean something similar. */
export interface Embeddings {
  /** All vectors or an error with a code `llm-*`: a reply with too few, uneven or unreal ones is `llm-invalid-reply`. */
  embed(request: EmbeddingRequest, signal: AbortSignal): Promise<EmbeddingReply>
}

/** What was sent on one UTC day, and what may be. */
export interface EmbeddingUse {
  readonly tokens: number
  readonly mostTokens: number
  readonly microUsd: MicroUsd
  readonly mostMicroUsd: MicroUsd
}

/** Embeddings that are counted: `budget-exhausted` where the day's limit leaves no room for a call. */
export interface CountedEmbeddings extends Embeddings {
  use(): Promise<EmbeddingUse>
}
export const embeddingModels = new PortRegistry<Embeddings>('embeddings')
