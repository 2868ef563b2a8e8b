import { CodeForgeError } from '@codeforge/contracts/error-code'
import { HoldId } from '@codeforge/contracts/ids'
import type { Price } from '@codeforge/contracts/money'
import { worstCase } from '@codeforge/domain/budget'
import { estimateMessageTokens } from '@codeforge/domain/tokens'
import { abortable } from '@codeforge/ports/abortable'
import type { Llm, LlmPart, LlmRequest } from '@codeforge/ports/llm'
import type { Agent } from '../run/session.ts'
import { failureCost, replyCost, type ReplyCost } from './reply-cost.ts'

/** The call of a tool that asks a model, and that model's price. */
export interface HelpedCall {
  readonly turn: number
  readonly callId: string
  readonly price: Price | null
}

/** The run's model for a tool: each call is paid from the run's purse and recorded, and is no turn. Fails with `budget-exhausted` where the worst case does not fit. */
export function helperModel(agent: Pick<Agent, 'ports' | 'work' | 'purse' | 'outbox' | 'tally'>, call: HelpedCall): Pick<Llm, 'complete'> {
  const { adapter } = agent.work.model
  const llm = agent.ports.llms[adapter]
  return {
    async *complete(request, signal) {
      if (!llm) throw new CodeForgeError('llm-not-configured', `No model adapter '${adapter}' is configured on this worker.`)
      const promptTokens = estimateMessageTokens([...request.messages])
      const hold = await agent.purse.hold(worstCase({ promptTokens, maxOutputTokens: request.maxOutputTokens }, call.price))
      const paid = { adapter, price: call.price, held: hold.held, promptTokens }
      let came: ReplyCost = failureCost(paid, null)
      try {
        for await (const part of given(llm, request, signal)) {
          if (part.kind === 'ended') came = replyCost(paid, part)
          yield part
        }
      } catch (error) {
        came = failureCost(paid, error)
        throw error
      } finally {
        hold.settle(came.cost)
        record(agent, call, request.model, came)
      }
    },
  }
}

/** The parts of a reply until the signal; a model that does not listen to it is left to itself. */
async function* given(llm: Llm, request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmPart> {
  const parts = llm.complete(request, signal)[Symbol.asyncIterator]()
  for (;;) {
    const next = await abortable(Promise.resolve(parts.next()), signal)
    if (next.done === true) return
    yield next.value
  }
}

function record(
  { outbox, ports, tally }: Pick<Agent, 'outbox' | 'ports' | 'tally'>,
  { turn, callId }: HelpedCall,
  model: string,
  { cost, costSource, usage }: ReplyCost,
): void {
  tally.spentMicroUsd += cost.microUsd
  tally.usage = {
    promptTokens: tally.usage.promptTokens + usage.promptTokens,
    cachedPromptTokens: tally.usage.cachedPromptTokens + usage.cachedPromptTokens,
    completionTokens: tally.usage.completionTokens + usage.completionTokens,
    reasoningTokens: tally.usage.reasoningTokens + usage.reasoningTokens,
  }
  outbox.note({
    kind: 'toolcall.spent',
    turn,
    callId,
    model,
    usage,
    costMicroUsd: cost.microUsd,
    costSource,
    holdId: HoldId.parse(ports.ids.next()),
  })
}
