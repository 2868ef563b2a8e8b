import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Price } from '@codeforge/contracts/money'
import { costOf, isFree } from '@codeforge/domain/budget'
import type { Clock } from '@codeforge/ports/clock'
import type { CountedEmbeddings, EmbeddingRequest, Embeddings } from '@codeforge/ports/embeddings'
import type { DayLedger } from '../day-ledger.ts'

/** Bytes of a token at worst: code of short words has some three. */
const bytesPerToken = 2

interface Counting {
  readonly ledger: DayLedger
  readonly clock: Pick<Clock, 'now'>
  readonly price: Price | null
}

/** Embeddings that are paid for: the worst case is set aside before a call, and replaced by what it came to. A call that failed may have cost something, and counts in full. */
export function countedEmbeddings(embeddings: Embeddings, { ledger, clock, price }: Counting): CountedEmbeddings {
  const today = (): string => clock.now().toISOString().slice(0, 10)
  const priced = (tokens: number) => costOf({ promptTokens: tokens, cachedPromptTokens: 0, completionTokens: 0, reasoningTokens: 0 }, price)
  return {
    async embed(request, signal) {
      const day = today()
      const held = priced(worstTokens(request))
      ledger.hold(day, held)
      const reply = await embeddings.embed(request, signal).catch((error: unknown) => {
        if (costsNothing(error)) ledger.settle(day, held, { tokens: 0, microUsd: 0 })
        throw error
      })
      const { tokens, microUsd } = priced(reply.tokens ?? held.tokens)
      ledger.settle(day, held, { tokens, microUsd: reply.costMicroUsd ?? microUsd })
      return reply
    },
    use: async () => ledger.use(today()),
  }
}

function worstTokens({ texts }: EmbeddingRequest): number {
  return texts.reduce((sum, text) => sum + Math.ceil(Buffer.byteLength(text) / bytesPerToken), 0)
}

/** An endpoint that is away computed nothing either: while it is, trying again must not use up the day. */
function costsNothing(error: unknown): boolean {
  return isFree(error) || (error instanceof CodeForgeError && error.code === 'llm-unreachable')
}
