import type { Fact } from '@codeforge/contracts/fact'
import type { Price, Usage } from '@codeforge/contracts/money'
import type { ModelChoice } from '@codeforge/contracts/run-work'
import { costOf, isFree, nothing, type Amount } from '@codeforge/domain/budget'

type Completed = Extract<Fact, { kind: 'model.completed' }>

/** What a reply came to, and who says so. */
export interface ReplyCost {
  readonly cost: Amount
  readonly costSource: Completed['costSource']
  readonly usage: Usage
}

export interface PaidCall {
  readonly adapter: ModelChoice['adapter']
  readonly price: Price | null
  readonly held: Amount
  readonly promptTokens: number
}

/** The endpoint's own figure, else the price table; where the endpoint told neither cost nor usage, the hold. */
export function replyCost(
  { adapter, price, held, promptTokens }: PaidCall,
  reply: { readonly usage: Usage | null; readonly costMicroUsd: number | null },
): ReplyCost {
  const usage = reply.usage ?? estimated(held, promptTokens)
  const tokens = usage.promptTokens + usage.completionTokens
  if (adapter === 'scripted') return { usage, cost: { ...costOf(usage, price), tokens }, costSource: 'scripted' }
  if (reply.costMicroUsd !== null) return { usage, cost: { microUsd: reply.costMicroUsd, tokens }, costSource: 'header' }
  if (reply.usage === null) return { usage, cost: held, costSource: 'hold' }
  return { usage, cost: costOf(usage, price), costSource: price === null ? 'unpriced' : 'price-table' }
}

/** What a call costs that brought no reply: nothing where it was refused before anything was computed, else its hold. */
export function failureCost({ held, promptTokens }: Pick<PaidCall, 'held' | 'promptTokens'>, error: unknown): ReplyCost {
  return isFree(error)
    ? { usage: unused, cost: nothing, costSource: 'hold' }
    : { usage: estimated(held, promptTokens), cost: held, costSource: 'hold' }
}

const unused: Usage = { promptTokens: 0, cachedPromptTokens: 0, completionTokens: 0, reasoningTokens: 0 }

function estimated(held: Amount, promptTokens: number): Usage {
  return { promptTokens, cachedPromptTokens: 0, completionTokens: Math.max(0, held.tokens - promptTokens), reasoningTokens: 0 }
}
