import type { WorkResult } from '@codeforge/contracts/fact'
import { evaluateTermination, stallSettings } from '@codeforge/domain/termination'
import { callModel } from '../model/call-model.ts'
import { failure } from './failure.ts'
import { performCalls } from './perform-calls.ts'
import type { Agent } from './session.ts'
import { watchStalls, type StallWatch } from './watch-stalls.ts'

/** How a conversation ends: the model thinks it is done, or the work ends without that. */
export type Conversed = { readonly kind: 'answered'; readonly text: string } | WorkResult

/** Empty or cut replies that are borne in a row before one counts as the answer. */
const mostNudges = 2

const noInvalid: ReadonlyMap<string, string> = new Map()

/** Lets the model work: turn after turn until it answers without calling a tool. */
export async function converse(agent: Agent): Promise<Conversed> {
  const stalls = watchStalls(agent)
  let invalid = noInvalid
  for (let nudges = 0; ;) {
    agent.control.signal.throwIfAborted()
    const ended = await performCalls(agent, { invalid, turn: agent.tally.turns, observe: stalls.observe })
    if (ended) return ended
    const stop = await betweenTurns(agent, stalls)
    if (stop) return stop
    const reply = await callModel(agent, agent.tally.turns + 1)
    invalid = reply.invalid
    agent.conversation.reply(reply.text, reply.toolCalls)
    if (reply.finish === 'filtered') return failure('llm-bad-request', 'The provider filtered the reply.')
    const nudge = nudgeFor(reply)
    if (nudge === null) nudges = 0
    else if (nudges++ < mostNudges) await guide(agent, nudge)
  }
}

/** What stops the work between two turns. The model's answer goes before any limit it may have reached with it. */
async function betweenTurns(agent: Agent, stalls: StallWatch): Promise<Conversed | null> {
  const { answer } = agent.conversation
  if (answer !== null) return { kind: 'answered', text: answer }
  if (agent.control.wish === 'hand-over') return { kind: 'handed-over' }
  if (agent.control.wish === 'pause') return { kind: 'paused' }
  const guidance = await stalls.judge()
  const termination = evaluateTermination(agent.work.termination, snapshotOf(agent, stalls.stalled))
  if (termination?.kind === 'finished') return { kind: 'answered', text: String(agent.conversation.lastReply?.text ?? termination.reason) }
  if (termination) return { kind: 'failed', outcome: termination.outcome as Extract<WorkResult, { kind: 'failed' }>['outcome'], code: termination.code, message: termination.reason }
  if (guidance !== null) await guide(agent, guidance)
  return null
}

function snapshotOf(agent: Agent, stalled: boolean) {
  const { tally, conversation, progress, ports } = agent
  return {
    turns: tally.turns,
    messages: conversation.messages.length,
    tokens: tally.usage.promptTokens + tally.usage.completionTokens,
    costMicroUsd: tally.spentMicroUsd,
    elapsedSeconds: (progress.workedMs + ports.clock.monotonic() - agent.startedAt) / 1000,
    lastText: String(conversation.lastReply?.text ?? ''),
    stalled: stalled && stallSettings(agent.work.termination) !== null,
    results: conversation.lastResults,
  }
}

function nudgeFor(reply: { readonly text: string; readonly toolCalls: readonly unknown[]; readonly finish: string }): string | null {
  if (reply.toolCalls.length > 0) return null
  if (reply.finish === 'length') return 'Your reply was cut off because it was too long. Go on in smaller steps.'
  if (reply.text.trim() === '') return 'Your reply was empty. Call a tool to go on, or say in a few sentences what you did.'
  return null
}

/** Tells the model something that nobody asked for. */
export async function guide(agent: Agent, text: string): Promise<void> {
  await agent.outbox.add({ kind: 'guidance.added', text })
  agent.conversation.say(text)
}
