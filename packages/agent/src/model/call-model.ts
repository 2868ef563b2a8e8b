import { CodeForgeError } from '@codeforge/contracts/error-code'
import { HoldId } from '@codeforge/contracts/ids'
import { mostToolCalls } from '@codeforge/contracts/message'
import { isFree, nothing, worstCase, type Amount } from '@codeforge/domain/budget'
import { chooseRecovery, defaultRetryLimits } from '@codeforge/domain/recovery'
import type { LlmRequest } from '@codeforge/ports/llm'
import type { Agent } from '../run/session.ts'
import { parseFencedCalls } from './fenced-calls.ts'
import type { Hold } from './purse.ts'
import { buildRequest } from './request.ts'
import { replyCost } from './reply-cost.ts'
import { streamReply, type ModelReply } from './stream-reply.ts'

/** One turn's reply, paid from a hold and recorded. Fails with `budget-exhausted`, or with the model's own code when trying again is no use. */
export async function callModel(agent: Agent, turn: number): Promise<ModelReply> {
  const { request, promptTokens } = buildRequest(agent)
  const worst = worstCase({ promptTokens, maxOutputTokens: request.maxOutputTokens }, agent.work.model.price)
  for (let tries = 1; ; tries += 1) {
    const hold = await agent.purse.hold(worst)
    const holdId = HoldId.parse(agent.ports.ids.next())
    const { model } = agent.work.model
    await agent.outbox.add({ kind: 'model.requested', turn, model, promptTokens, holdId, heldMicroUsd: hold.held.microUsd })
    try {
      const reply = await askOnce(agent, request, turn)
      recordReply(agent, { turn, reply, hold, holdId, promptTokens })
      return reply
    } catch (error) {
      const delayMs = await recordFailure(agent, { turn, error, hold, holdId, tries })
      await agent.ports.clock.sleep(delayMs, agent.control.signal)
    }
  }
}

async function askOnce(agent: Agent, request: LlmRequest, turn: number): Promise<ModelReply> {
  const { ports, work, config, live, control } = agent
  const llm = ports.llms[work.model.adapter]
  if (!llm) throw new CodeForgeError('llm-not-configured', `No model adapter '${work.model.adapter}' is configured on this worker.`)
  const onText = (text: string): void => live.send({ kind: 'model.delta', runId: work.runId, turn, text })
  const reply = await streamReply(llm, request, { clock: ports.clock, idleMs: config.modelIdleMs, onText }, control.signal)
  const whole = work.model.functionCalling ? reply : { ...reply, ...parseFencedCalls(reply.text, turn) }
  if (whole.toolCalls.length > mostToolCalls) throw new CodeForgeError('llm-invalid-reply', `The reply makes more than ${mostToolCalls} calls of tools at once.`)
  return whole
}

interface Answered {
  readonly turn: number
  readonly reply: ModelReply
  readonly hold: Hold
  readonly holdId: HoldId
  readonly promptTokens: number
}

/** Kept before whatever the reply makes the agent do: that is said by the next fact, which comes first. */
function recordReply(agent: Agent, { turn, reply, hold, holdId, promptTokens }: Answered): void {
  const { model, price, adapter } = agent.work.model
  const { cost, costSource, usage } = replyCost({ adapter, price, held: hold.held, promptTokens }, reply)
  hold.settle(cost)
  const costMicroUsd = cost.microUsd
  agent.tally.turns = turn
  agent.tally.spentMicroUsd += costMicroUsd
  agent.tally.usage = {
    promptTokens: agent.tally.usage.promptTokens + usage.promptTokens,
    cachedPromptTokens: agent.tally.usage.cachedPromptTokens + usage.cachedPromptTokens,
    completionTokens: agent.tally.usage.completionTokens + usage.completionTokens,
    reasoningTokens: agent.tally.usage.reasoningTokens + usage.reasoningTokens,
  }
  const { text, reasoning, toolCalls, finish, durationMs, firstTokenMs } = reply
  agent.outbox.note({
    kind: 'model.completed', turn, model, text, ...(reasoning === '' ? {} : { reasoning }), toolCalls: [...toolCalls], finish, usage,
    costMicroUsd, costSource, durationMs, firstTokenMs, holdId,
  })
}

interface Failure {
  readonly turn: number
  readonly error: unknown
  readonly hold: Hold
  readonly holdId: HoldId
  readonly tries: number
}

/** Records a failed call; milliseconds until the next try, or throws where there is none. */
async function recordFailure(agent: Agent, { turn, error, hold, holdId, tries }: Failure): Promise<number> {
  const known = error instanceof CodeForgeError ? error : new CodeForgeError('llm-invalid-reply', error instanceof Error ? error.message : String(error), { cause: error })
  const cost: Amount | null = isFree(known) ? nothing : null
  hold.settle(cost)
  const costMicroUsd = cost?.microUsd ?? hold.held.microUsd
  agent.tally.spentMicroUsd += costMicroUsd
  const stopped = agent.control.signal.aborted
  const retryAfter = known.details['retryAfterMs']
  const retryAfterMs = typeof retryAfter === 'number' ? retryAfter : null
  const choice = chooseRecovery({ code: known.code, tries, retryAfterMs }, defaultRetryLimits, Math.random())
  const willRetry = !stopped && choice.kind === 'retry'
  const { model } = agent.work.model
  await agent.outbox.add({ kind: 'model.failed', turn, model, code: stopped ? 'cancelled' : known.code, message: known.message.slice(0, 2000), willRetry, costMicroUsd, holdId })
  if (willRetry) return choice.delayMs
  if (stopped) throw agent.control.signal.reason
  throw known.retryable && choice.kind === 'give-up' ? new CodeForgeError(known.code, `${known.message} (given up: ${choice.reason})`, { cause: known }) : known
}
