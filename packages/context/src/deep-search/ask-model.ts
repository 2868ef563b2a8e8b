import type { DeepAgent } from '@codeforge/contracts/deep-search'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Message } from '@codeforge/contracts/message'
import { type Amount, costOf, decideHold, isFree, nothing, settle, worstCase } from '@codeforge/domain/budget'
import { estimateMessageTokens } from '@codeforge/domain/tokens'
import { abortable } from '@codeforge/ports/abortable'
import type { Llm } from '@codeforge/ports/llm'

const maxOutputTokens = 600

/** Calls of the model within an allowance: nothing starts whose worst case does not fit. */
export interface PaidModel {
  /** The whole text of a reply. `budget-exhausted` where it does not fit; else the model's own code. */
  ask(system: string, user: string, signal: AbortSignal): Promise<string>
  /** So far. A call whose outcome is unknown costs its worst case. */
  spent(): Amount
}

export function paidModel(
  llm: Pick<Llm, 'complete'>,
  { model, price, allowance }: Pick<DeepAgent, 'model' | 'price' | 'allowance'>,
  requestId: string,
): PaidModel {
  let left: Amount = allowance
  let spent = nothing
  return {
    spent: () => spent,
    async ask(system, user, signal) {
      const messages: Message[] = [
        { role: 'system', text: system },
        { role: 'user', text: user },
      ]
      const promptTokens = estimateMessageTokens(messages)
      const decision = decideHold(left, worstCase({ promptTokens, maxOutputTokens }, price), price !== null)
      if (decision.kind === 'short')
        throw new CodeForgeError('budget-exhausted', 'What is set aside for the search leaves no room for this call.')
      const { held } = decision
      left = decision.left
      let cost: Amount = held
      try {
        const reply = await abortable(
          read(llm, { model, messages, tools: [], maxOutputTokens, temperature: 0, cacheMarks: [], requestId }, signal),
          signal,
        )
        const { usage, costMicroUsd } = reply
        if (usage !== null) cost = costOf(usage, price)
        if (costMicroUsd !== null) cost = { ...cost, microUsd: costMicroUsd }
        return reply.text
      } catch (error) {
        if (isFree(error)) cost = nothing
        throw error
      } finally {
        left = settle(left, held, cost).slice
        spent = { microUsd: spent.microUsd + cost.microUsd, tokens: spent.tokens + cost.tokens }
      }
    },
  }
}

async function read(llm: Pick<Llm, 'complete'>, request: Parameters<Llm['complete']>[0], signal: AbortSignal) {
  let text = ''
  for await (const part of llm.complete(request, signal)) {
    if (part.kind === 'text.delta') text += part.text
    if (part.kind === 'ended') return { text, usage: part.usage, costMicroUsd: part.costMicroUsd }
  }
  throw new CodeForgeError('llm-invalid-reply', 'The reply ended without its last part.')
}
