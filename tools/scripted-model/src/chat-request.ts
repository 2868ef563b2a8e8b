import type { Message } from '@codeforge/contracts/message'
import { z } from 'zod'

const Content = z.union([z.string(), z.null(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]).optional()

const WireMessage = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: Content,
  tool_call_id: z.string().optional(),
  tool_calls: z.array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) })).optional(),
})

/** The part of a chat completion request that a script looks at. */
export const ChatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(WireMessage).min(1),
  stream: z.boolean().default(false),
  stream_options: z.looseObject({ include_usage: z.boolean().default(false) }).optional(),
})
export type ChatRequest = z.output<typeof ChatRequest>

/** The conversation in our own shape. */
export function messagesOf(request: ChatRequest): readonly Message[] {
  return request.messages.map((message): Message => {
    const text = textOf(message.content)
    if (message.role === 'tool') return { role: 'tool', callId: message.tool_call_id ?? '', tool: '', ok: true, text }
    if (message.role === 'assistant') return { role: 'assistant', text, toolCalls: [] }
    return { role: message.role === 'user' ? 'user' : 'system', text }
  })
}

function textOf(content: z.output<typeof Content>): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => part.text ?? '').join('')
}
