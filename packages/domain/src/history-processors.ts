import type { Message, ToolCall } from '@codeforge/contracts/message'

type ToolMessage = Extract<Message, { role: 'tool' }>

const writers: ReadonlySet<string> = new Set(['write_file', 'edit_file'])

/** Replaces the text of all but the newest observations by one line. */
export function summariseOldObservations(messages: readonly Message[], keep: number): readonly Message[] {
  const observations = messages.flatMap((message, index) => (message.role === 'tool' ? [index] : []))
  const old = new Set(observations.slice(0, Math.max(0, observations.length - keep)))
  return messages.map((message, index) => (message.role === 'tool' && old.has(index) ? { ...message, text: summary(message) } : message))
}

/** Replaces a view of a file by one line where the file was read whole or changed later, or this very view was taken again. */
export function closeOldWindows(messages: readonly Message[]): readonly Message[] {
  const calls = callsByResult(messages)
  const reopened = new Set<string>()
  const result = [...messages]
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index]
    const call = calls.get(index)
    if (message?.role !== 'tool' || !message.ok || call === undefined) continue
    const path = pathOf(call)
    if (path === null) continue
    if (call.tool === 'read_file') {
      if (reopened.has(path) || reopened.has(viewOf(call))) {
        result[index] = { ...message, text: `(an older view of ${path}; it was read or changed again later)` }
      }
      reopened.add(isWhole(call) ? path : viewOf(call))
    }
    if (writers.has(call.tool)) reopened.add(path)
  }
  return result
}

/** Takes what matches out of assistants' texts and observations. The task and the rules stay as they are. */
export function removePatterns(messages: readonly Message[], patterns: readonly string[]): readonly Message[] {
  const expressions = patterns.map((pattern) => new RegExp(pattern, 'gu'))
  return messages.map((message) => {
    if ((message.role !== 'assistant' && message.role !== 'tool') || typeof message.text !== 'string') return message
    return { ...message, text: expressions.reduce((text, expression) => text.replace(expression, ''), message.text) }
  })
}

function summary(message: ToolMessage): string {
  const text = typeof message.text === 'string' ? message.text : message.text.preview
  const size = typeof message.text === 'string' ? `${text.split('\n').length} lines` : `${message.text.size} bytes`
  const line = text.split('\n', 1)[0] ?? ''
  return `(older output of ${message.tool}, ${message.ok ? 'succeeded' : 'failed'}, ${size} left out; it began: ${line.slice(0, 120)})`
}

/** The call behind each tool message. Ids are unique within a turn only, so the nearest assistant message before decides. */
function callsByResult(messages: readonly Message[]): ReadonlyMap<number, ToolCall> {
  const found = new Map<number, ToolCall>()
  let open: readonly ToolCall[] = []
  messages.forEach((message, index) => {
    if (message.role === 'assistant') open = message.toolCalls
    if (message.role !== 'tool') return
    const call = open.find(({ id }) => id === message.callId)
    if (call !== undefined) found.set(index, call)
  })
  return found
}

function argument(call: ToolCall, name: string): unknown {
  return 'digest' in call.args && 'kind' in call.args && call.args.kind === 'blob' ? undefined : (call.args as Record<string, unknown>)[name]
}

function pathOf(call: ToolCall): string | null {
  const path = argument(call, 'path')
  return typeof path === 'string' ? path : null
}

function isWhole(call: ToolCall): boolean {
  return ['offset', 'limit', 'start_line', 'end_line'].every((name) => argument(call, name) === undefined)
}

function viewOf(call: ToolCall): string {
  return JSON.stringify(['offset', 'limit', 'start_line', 'end_line', 'path'].map((name) => argument(call, name) ?? null))
}
