import type { Config } from '@codeforge/contracts/config'
import type { DeepAgent } from '@codeforge/contracts/deep-search'
import type { Price } from '@codeforge/contracts/money'
import { worstCase } from './budget.ts'

/** What both calls of the model together may take at most: the query in other words, and forty candidates to judge. */
const mostTokens = { prompt: 24_000, reply: 1200 } as const

/** Who helps a deep search as it is configured, and what has to be set aside for it. */
export function deepAgent(model: string, price: Price | null, retrieval: Config['retrieval']): DeepAgent {
  return {
    model,
    price,
    maxQueries: retrieval.subAgentMaxQueries,
    rerank: retrieval.subAgentRerank,
    deadlineMs: Math.round(retrieval.subAgentSeconds * 1000),
    allowance: worstCase({ promptTokens: mostTokens.prompt, maxOutputTokens: mostTokens.reply }, price),
  }
}
