import type { Message, ToolCall } from '@codeforge/contracts/message'

type ToolMessage = Extract<Message, { role: 'tool' }>

/** The conversation with a result of its last turn, placed in the order of the calls: reading calls may finish in any order. */
export function addResult(conversation: readonly Message[], result: ToolMessage): Message[] {
  const turn = conversation.findLastIndex(({ role }) => role === 'assistant')
  const asked = conversation[turn]
  if (asked?.role !== 'assistant') return [...conversation]
  const places = new Map(asked.toolCalls.map(({ id }, place) => [id, place]))
  const placeOf = (id: string): number => places.get(id) ?? -1
  const own = placeOf(result.callId)
  const after = conversation.slice(turn + 1)
  const later = after.findIndex((message) => message.role !== 'tool' || placeOf(message.callId) > own)
  const place = turn + 1 + (later === -1 ? after.length : later)
  return [...conversation.slice(0, place), result, ...conversation.slice(place)]
}

/** Calls of the last turn that have no result yet, in order. */
export function pendingOf(conversation: readonly Message[]): ToolCall[] {
  const turn = conversation.findLastIndex(({ role }) => role === 'assistant')
  const asked = conversation[turn]
  if (asked?.role !== 'assistant') return []
  const done = new Set(conversation.slice(turn + 1).flatMap((message) => (message.role === 'tool' ? [message.callId] : [])))
  return asked.toolCalls.filter(({ id }) => !done.has(id))
}
