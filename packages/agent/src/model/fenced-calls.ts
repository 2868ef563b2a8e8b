import type { Message } from '@codeforge/contracts/message'
import type { ToolDefinition } from '@codeforge/ports/llm'
import { z } from 'zod'
import type { InlineCall } from '../facts/inflate.ts'

const FencedCall = z.object({ tool: z.string().min(1).max(128), args: z.record(z.string(), z.json()).default({}) })

/** How a model without function calling is told to call tools. */
export function toolPrompt(tools: readonly ToolDefinition[]): string {
  const described = tools.map(({ name, description, parameters }) => `- ${name}: ${description}\n  arguments (JSON Schema): ${JSON.stringify(parameters)}`)
  return [
    'You call a tool by writing one fenced block per call, and nothing after the last block:',
    '```json\n{"tool": "name", "args": {"argument": "value"}}\n```',
    'The results come in the next message. When the task is done, answer without such a block. The tools:',
    ...described,
  ].join('\n')
}

/** A conversation in which calls and results are plain text, for a model that knows nothing else. */
export function withoutToolMessages(messages: readonly Message[], tools: readonly ToolDefinition[]): Message[] {
  return messages.map((message, index) => {
    if (index === 0 && message.role === 'system') return { ...message, text: `${String(message.text)}\n\n${toolPrompt(tools)}` }
    if (message.role === 'tool') return { role: 'user', text: `Result of ${message.tool} (${message.ok ? 'ok' : 'failed'}):\n${String(message.text)}` }
    if (message.role !== 'assistant') return message
    const blocks = message.toolCalls.map(({ tool, args }) => `\`\`\`json\n${JSON.stringify({ tool, args })}\n\`\`\``)
    return { role: 'assistant', text: [String(message.text), ...blocks].filter((part) => part !== '').join('\n'), toolCalls: [] }
  })
}

export interface ParsedReply {
  readonly text: string
  readonly toolCalls: readonly InlineCall[]
  readonly invalid: ReadonlyMap<string, string>
}

/** Takes the calls out of a text: fenced blocks that name a tool. A block that is meant as a call and is not JSON becomes an invalid one. */
export function parseFencedCalls(text: string, turn: number): ParsedReply {
  const toolCalls: InlineCall[] = []
  const invalid = new Map<string, string>()
  const rest = text.replaceAll(/```(?:json|tool)?[ \t]*\n([\s\S]*?)\n?```/g, (block: string, body: string) => {
    if (!/"tool"\s*:/.test(body)) return block
    const id = `turn-${turn}-${toolCalls.length + 1}`
    const call = FencedCall.safeParse(parseJson(body))
    toolCalls.push(call.success ? { id, tool: call.data.tool, args: call.data.args } : { id, tool: nameIn(body), args: {} })
    if (!call.success) invalid.set(id, body)
    return ''
  })
  return { text: rest.trim(), toolCalls, invalid }
}

function nameIn(body: string): string {
  return /"tool"\s*:\s*"([\w.-]{1,128})"/.exec(body)?.[1] ?? 'unknown'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
