import { type ScriptedReply, finishOf } from '@codeforge/contracts/model-script'
import type { Usage } from '@codeforge/contracts/money'

type WireObject = Readonly<Record<string, unknown>>

export interface WireOptions {
  readonly model: string
  /** Place of the reply in the conversation, for ids. */
  readonly place: number
  readonly includeUsage: boolean
  /** Replaces the arguments of every tool call. */
  readonly malformedArguments: boolean
}

const finishReason = { 'stop': 'stop', 'tool-calls': 'tool_calls', 'length': 'length', 'filtered': 'content_filter' } as const

/** The reply as the chunks of a stream: text by words, arguments in pieces, usage in a last chunk of its own. */
export function chunksOf(reply: ScriptedReply, options: WireOptions): readonly WireObject[] {
  const chunk = (delta: WireObject, finish: string | null = null): WireObject => ({
    ...envelope('chat.completion.chunk', options),
    choices: [{ index: 0, delta, finish_reason: finish }],
  })
  return [
    chunk({ role: 'assistant', content: '' }),
    ...(reply.reasoning ? [chunk({ reasoning_content: reply.reasoning })] : []),
    ...(reply.text.match(/\s*\S+\s*$|\s*\S+/g) ?? []).map((content) => chunk({ content })),
    ...wireCalls(reply, options).flatMap(({ id, type, function: { name, arguments: json } }, index) => [
      chunk({ tool_calls: [{ index, id, type, function: { name, arguments: '' } }] }),
      ...piecesOf(json).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
    chunk({}, finishReason[finishOf(reply)]),
    ...(options.includeUsage && reply.usage ? [{ ...envelope('chat.completion.chunk', options), choices: [], usage: wireUsage(reply.usage) }] : []),
  ]
}

/** The reply as one object, for a request that does not stream. */
export function completionOf(reply: ScriptedReply, options: WireOptions): WireObject {
  const calls = wireCalls(reply, options)
  const message = {
    role: 'assistant',
    content: reply.text || null,
    ...(reply.reasoning ? { reasoning_content: reply.reasoning } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
  return {
    ...envelope('chat.completion', options),
    choices: [{ index: 0, message, finish_reason: finishReason[finishOf(reply)] }],
    ...(reply.usage ? { usage: wireUsage(reply.usage) } : {}),
  }
}

function envelope(object: string, options: WireOptions): WireObject {
  return { id: `chatcmpl-scripted-${options.place}`, object, created: 1_767_225_600, model: options.model }
}

function wireCalls(reply: ScriptedReply, options: WireOptions) {
  return reply.toolCalls.map((call, index) => ({
    id: call.id ?? `call-${options.place}-${index + 1}`,
    type: 'function',
    function: { name: call.tool, arguments: options.malformedArguments ? '{"path": "unfinished' : JSON.stringify(call.args) },
  }))
}

function piecesOf(json: string): readonly string[] {
  const size = Math.max(1, Math.ceil(json.length / 3))
  return Array.from({ length: Math.ceil(json.length / size) }, (_, index) => json.slice(index * size, (index + 1) * size))
}

function wireUsage(usage: Usage): WireObject {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedPromptTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  }
}
