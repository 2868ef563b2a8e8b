import type { BlobRef, Text } from '@codeforge/contracts/blob'
import type { RunEvent, RunEventData } from '@codeforge/contracts/event'
import type { ToolCall } from '@codeforge/contracts/message'
import type { Usage } from '@codeforge/contracts/money'
import type { Verdict } from '@codeforge/contracts/verdict'

/** A tool call as the page shows it. */
export interface CallItem {
  readonly call: ToolCall
  readonly status: 'pending' | 'running' | 'asked' | 'denied' | 'succeeded' | 'failed'
  readonly verdict: Verdict | null
  readonly observation: Text | null
  readonly output: BlobRef | null
  readonly exitCode: number | null
  readonly durationMs: number | null
  readonly changedFiles: readonly string[]
}

/** One model call with its tool calls. */
export interface TurnItem {
  readonly kind: 'turn'
  readonly turn: number
  readonly status: 'thinking' | 'done' | 'failed'
  readonly model: string
  readonly text: Text
  readonly reasoning: Text | null
  readonly calls: readonly CallItem[]
  readonly usage: Usage | null
  readonly costMicroUsd: number
  readonly durationMs: number | null
  /** Why the last try of this turn failed. */
  readonly problem: string | null
  readonly at: string
}

export type ConversationItem =
  | { readonly kind: 'system' | 'user' | 'guidance'; readonly text: Text; readonly at: string }
  | TurnItem

export interface ConversationView {
  readonly items: readonly ConversationItem[]
  readonly sequence: number
}
export const noConversation: ConversationView = { items: [], sequence: 0 }

/** Folds a run's events into what was said and done, turn by turn. Idempotent by sequence. */
export function foldConversation(view: ConversationView, event: RunEvent): ConversationView {
  if (event.sequence <= view.sequence) return view
  return { items: foldItems(view.items, event.data, event.at), sequence: event.sequence }
}

function foldItems(items: readonly ConversationItem[], data: RunEventData, at: string): readonly ConversationItem[] {
  switch (data.kind) {
    case 'conversation.started':
      return [...items, { kind: 'system', text: data.system, at }, { kind: 'user', text: data.user, at }]
    case 'guidance.added':
      return [...items, { kind: 'guidance', text: data.text, at }]
    case 'model.requested':
      return onTurn(items, data.turn, data.model, at, (item) => ({ ...item, status: 'thinking', model: data.model }))
    case 'model.failed':
      return onTurn(items, data.turn, data.model, at, (item) => ({
        ...item, status: data.willRetry ? 'thinking' : 'failed', problem: data.message, costMicroUsd: item.costMicroUsd + data.costMicroUsd,
      }))
    case 'toolcall.spent':
      return onTurn(items, data.turn, data.model, at, (item) => ({ ...item, costMicroUsd: item.costMicroUsd + data.costMicroUsd }))
    case 'model.completed':
      return onTurn(items, data.turn, data.model, at, (item) => ({
        ...item, status: 'done', text: data.text, reasoning: data.reasoning ?? null, calls: data.toolCalls.map(pendingCall), usage: data.usage,
        costMicroUsd: item.costMicroUsd + data.costMicroUsd, durationMs: data.durationMs, problem: null,
      }))
    default:
      return foldCall(items, data)
  }
}

function foldCall(items: readonly ConversationItem[], data: RunEventData): readonly ConversationItem[] {
  switch (data.kind) {
    case 'toolcall.allowed':
      return onCall(items, data.turn, data.call.id, (item) => ({ ...item, status: 'running', verdict: data.verdict }))
    case 'toolcall.asked':
      return onCall(items, data.turn, data.call.id, (item) => ({ ...item, status: 'asked', verdict: data.verdict }))
    case 'toolcall.denied':
      return onCall(items, data.turn, data.call.id, (item) => ({ ...item, status: 'denied', verdict: data.verdict, observation: data.observation }))
    case 'toolcall.completed':
      return onCall(items, data.turn, data.callId, (item) => ({
        ...item, status: data.ok ? 'succeeded' : 'failed', observation: data.observation, output: data.output,
        exitCode: data.exitCode, durationMs: data.durationMs, changedFiles: data.changedFiles,
      }))
    default:
      return items
  }
}

function pendingCall(call: ToolCall): CallItem {
  return { call, status: 'pending', verdict: null, observation: null, output: null, exitCode: null, durationMs: null, changedFiles: [] }
}

function onTurn(items: readonly ConversationItem[], turn: number, model: string, at: string, change: (item: TurnItem) => TurnItem): readonly ConversationItem[] {
  const index = items.findLastIndex((item) => item.kind === 'turn' && item.turn === turn)
  const found = items[index]
  if (found?.kind === 'turn') return items.with(index, change(found))
  return [...items, change({
    kind: 'turn', turn, status: 'thinking', model, text: '', reasoning: null, calls: [], usage: null, costMicroUsd: 0, durationMs: null, problem: null, at,
  })]
}

function onCall(items: readonly ConversationItem[], turn: number, id: string, change: (item: CallItem) => CallItem): readonly ConversationItem[] {
  const index = items.findLastIndex((item) => item.kind === 'turn' && item.turn === turn)
  const found = items[index]
  if (found?.kind !== 'turn') return items
  return items.with(index, { ...found, calls: found.calls.map((item) => (item.call.id === id ? change(item) : item)) })
}
