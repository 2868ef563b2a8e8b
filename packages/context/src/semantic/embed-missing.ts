import { CodeForgeError } from '@codeforge/contracts/error-code'
import { quantise, unitVector } from '@codeforge/domain/quantise'
import { chooseRecovery, type RetryLimits } from '@codeforge/domain/recovery'
import type { EmbeddingReply } from '@codeforge/ports/embeddings'
import type { KeptVectors } from './kept-vectors.ts'
import type { Semantic } from './settings.ts'
import type { MissingChunk, TreeVectors } from './tree-vectors.ts'

/** Embedding has time: an endpoint that is busy is waited for, one that is down is left alone for a while by whoever calls. */
const retries: RetryLimits = { attempts: 4, baseMs: 500, capMs: 30_000 }
/** So many texts in a row that are refused one by one mean that the endpoint refuses everything. */
const mostRefused = 3

interface Embedding {
  readonly semantic: Semantic
  readonly kept: KeptVectors
  readonly vectors: TreeVectors
  /** Called after each request. */
  onProgress(): void
}

/** Embeds what is missing, a request at a time, and keeps each vector that was paid for at once. Throws what the endpoint refuses for good. */
export async function embedMissing(embedding: Embedding, signal: AbortSignal): Promise<void> {
  const { vectors, onProgress } = embedding
  const refused = { inARow: 0 }
  for (const batch of batches(vectors.missing(), embedding.semantic)) {
    await embedBatch(embedding, batch, refused, signal)
    onProgress()
  }
}

/** As many texts as a request may have, by number and by bytes; a single larger one goes alone. */
function* batches(missing: Iterable<MissingChunk>, { settings: { batchTexts, batchBytes } }: Semantic): Iterable<readonly MissingChunk[]> {
  let batch: MissingChunk[] = []
  let bytes = 0
  for (const chunk of missing) {
    const size = Buffer.byteLength(chunk.text)
    if (batch.length > 0 && (batch.length >= batchTexts || bytes + size > batchBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(chunk)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

/** One text that is too long spoils its batch: halves are tried, down to the text itself, which is then left out. */
async function embedBatch(
  embedding: Embedding,
  batch: readonly MissingChunk[],
  refused: { inARow: number },
  signal: AbortSignal,
): Promise<void> {
  try {
    keep(embedding, batch, await withRetries(embedding.semantic, batch, signal))
    refused.inARow = 0
  } catch (error) {
    if (!(error instanceof CodeForgeError) || (error.code !== 'llm-bad-request' && error.code !== 'llm-context-overflow')) throw error
    const [only] = batch
    if (only === undefined || (batch.length === 1 && (refused.inARow += 1) >= mostRefused)) throw error
    if (batch.length === 1) return embedding.vectors.giveUp(only.key)
    const middle = Math.ceil(batch.length / 2)
    await embedBatch(embedding, batch.slice(0, middle), refused, signal)
    await embedBatch(embedding, batch.slice(middle), refused, signal)
  }
}

async function withRetries(
  { ports: { embeddings, clock }, settings: { model, dimensions } }: Semantic,
  batch: readonly MissingChunk[],
  signal: AbortSignal,
): Promise<EmbeddingReply> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await embeddings.embed(
        { model, dimensions, texts: batch.map(({ text }) => text), requestId: `index-${batch[0]?.key ?? ''}` },
        signal,
      )
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof CodeForgeError)) throw error
      const retryAfter = error.details['retryAfterMs']
      const choice = chooseRecovery(
        { code: error.code, tries, retryAfterMs: typeof retryAfter === 'number' ? retryAfter : null },
        retries,
        Math.random(),
      )
      if (choice.kind === 'give-up') throw error
      await clock.sleep(choice.delayMs, signal)
    }
  }
}

function keep({ kept, vectors }: Embedding, batch: readonly MissingChunk[], { vectors: given }: EmbeddingReply): void {
  const made = batch.flatMap(({ key }, at) => {
    const unit = unitVector(given[at] ?? new Float32Array(0))
    return unit === undefined ? [] : [{ key, vector: quantise(unit) }]
  })
  const odd = made.find(({ vector }) => vectors.dimensions !== 0 && vector.values.length !== vectors.dimensions)
  if (made.length < batch.length || odd !== undefined) {
    throw new CodeForgeError(
      'llm-invalid-reply',
      `The embeddings endpoint sent vectors of ${odd?.vector.values.length ?? 0} numbers where others of its model have ${vectors.dimensions}. Name the length as embeddings.dimensions.`,
    )
  }
  kept.put(made)
  for (const { key, vector } of made) vectors.put(key, vector)
}
