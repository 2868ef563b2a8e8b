import type { Message } from '@codeforge/contracts/message'
import { applyStrategy, shapeHistory } from '@codeforge/domain/history'
import { estimateMessageTokens, estimateToolTokens } from '@codeforge/domain/tokens'
import type { LlmRequest, ToolDefinition } from '@codeforge/ports/llm'
import type { Agent } from '../run/session.ts'
import { toolDefinitions, type DeclaredTools } from '../tools/bundles.ts'
import { withoutToolMessages } from './fenced-calls.ts'

/** What the model is sent this turn, and how many tokens that is at most. */
export function buildRequest(agent: Agent): { readonly request: LlmRequest; readonly promptTokens: number } {
  const { work, conversation } = agent
  const { mode, model } = work
  const { definitions, tokens: toolTokens } = describedTools(agent.tools)
  const maxOutputTokens = Math.min(mode.maxOutputTokens, Math.floor(model.contextTokens / 2))
  const shaped = shapeHistory(conversation.messages, mode.history, mode.processors)
  const room = model.contextTokens - maxOutputTokens - toolTokens
  const fitted = fit(shaped.messages, room)
  const messages = model.functionCalling ? [...fitted] : withoutToolMessages(fitted, definitions)
  const tools = model.functionCalling ? definitions : []
  const request: LlmRequest = {
    model: model.model,
    messages,
    tools,
    maxOutputTokens,
    temperature: mode.temperature,
    cacheMarks: fitted === shaped.messages ? shaped.cacheMarks : [],
    ...(model.script === undefined ? {} : { script: model.script }),
    requestId: work.requestId,
  }
  return { request, promptTokens: estimateMessageTokens(messages) + (tools.length > 0 ? toolTokens : 0) }
}

interface Described {
  readonly definitions: readonly ToolDefinition[]
  readonly tokens: number
}

/** The tools of a run stay the same. */
const described = new WeakMap<DeclaredTools, Described>()

function describedTools(tools: DeclaredTools): Described {
  const known = described.get(tools)
  if (known) return known
  const definitions = toolDefinitions(tools)
  const made = { definitions, tokens: estimateToolTokens(definitions) }
  described.set(tools, made)
  return made
}

/** A conversation longer than the model's context loses its middle, whatever the mode says: the alternative is a refusal. */
function fit(messages: readonly Message[], room: number): readonly Message[] {
  if (estimateMessageTokens(messages) <= room) return messages
  return applyStrategy(messages, { kind: 'token-limited', tokens: Math.max(500, room) })
}
