import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Message, ToolCall } from '@codeforge/contracts/message'
import type { LlmRequest } from '@codeforge/ports/llm'
import type { Dialect } from './dialect.ts'

type WireObject = Readonly<Record<string, unknown>>

/** The body of a chat completion request. */
export function requestBody(request: LlmRequest, dialect: Dialect, promptCache: boolean): WireObject {
  const marks = new Set(promptCache ? request.cacheMarks : [])
  return {
    model: request.model,
    messages: request.messages.map((message, index) => wireMessage(message, marks.has(index))),
    ...(request.tools.length > 0 ? { tools: request.tools.map((tool) => ({ type: 'function', function: tool })) } : {}),
    [dialect.outputLimitField]: request.maxOutputTokens,
    ...(dialect.temperature ? { temperature: request.temperature } : {}),
    stream: true,
    ...(dialect.streamOptions ? { stream_options: { include_usage: true } } : {}),
  }
}

function wireMessage(message: Message, marked: boolean): WireObject {
  const text = byValue(message.text)
  // An empty text block is refused where a plain empty string is not.
  const content = marked && text ? [{ type: 'text', text, cache_control: { type: 'ephemeral' } }] : text
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.callId, content }
  if (message.role !== 'assistant') return { role: message.role, content }
  if (message.toolCalls.length === 0) return { role: 'assistant', content }
  return { role: 'assistant', content: text ? content : null, tool_calls: message.toolCalls.map(wireCall) }
}

function wireCall({ id, tool, args }: ToolCall): WireObject {
  if (args['kind'] === 'blob' && 'digest' in args) throw notByValue()
  return { id, type: 'function', function: { name: tool, arguments: JSON.stringify(args) } }
}

function byValue(text: Message['text']): string {
  if (typeof text !== 'string') throw notByValue()
  return text
}

function notByValue(): CodeForgeError {
  return new CodeForgeError('internal', 'A text in a model request is still an address in the artifact store.')
}
