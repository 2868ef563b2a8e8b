import { z } from 'zod'
import { Arguments, Text } from './blob.ts'

/** One call of a tool, as the model asked for it. `id` is the model's own, unique within its turn. */
/** Calls of one reply of a model; one with more is no reply. */
export const mostToolCalls = 256

export const ToolCall = z.strictObject({
  id: z.string().min(1).max(128),
  tool: z.string().min(1).max(128),
  args: Arguments,
})
export type ToolCall = z.output<typeof ToolCall>

/** One message of a conversation, in no vendor's shape. */
export const Message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), text: Text }),
  z.strictObject({ role: z.literal('user'), text: Text }),
  z.strictObject({ role: z.literal('assistant'), text: Text, toolCalls: z.array(ToolCall) }),
  z.strictObject({ role: z.literal('tool'), callId: z.string(), tool: z.string(), ok: z.boolean(), text: Text }),
])
export type Message = z.output<typeof Message>
