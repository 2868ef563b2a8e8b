import type { Message } from '@codeforge/contracts/message'
import type { HistoryProcessor, HistoryStrategy } from '@codeforge/contracts/mode'
import { closeOldWindows, removePatterns, summariseOldObservations } from './history-processors.ts'
import { estimateMessageTokens } from './tokens.ts'

/** What a model is sent of a conversation. */
export interface ShapedHistory {
  readonly messages: readonly Message[]
  /** Indexes after which the provider's prompt cache may cut. */
  readonly cacheMarks: readonly number[]
}

/** Applies a mode's processors in order and then its strategy. Changes what is sent, never what is recorded. */
export function shapeHistory(messages: readonly Message[], strategy: HistoryStrategy, processors: readonly HistoryProcessor[]): ShapedHistory {
  const processed = processors.reduce(applyProcessor, messages)
  const kept = applyStrategy(processed, strategy)
  const marked = processors.reduce((most, processor) => (processor.kind === 'cache-control' ? Math.max(most, processor.last) : most), 0)
  return { messages: kept, cacheMarks: lastIndexes(kept.length, marked) }
}

/**
 * Drops the older middle of a conversation. The system message and the first user message always stay, the newest part always stays,
 * and an assistant's tool calls are never separated from their results. A note says how much is left out.
 */
export function applyStrategy(messages: readonly Message[], strategy: HistoryStrategy): readonly Message[] {
  if (strategy.kind === 'unbounded') return messages
  const { head, blocks } = divide(messages)
  const { first, last } = selectBlocks(head, blocks, strategy)
  if (first + last >= blocks.length) return messages
  const omitted = blocks.slice(first, blocks.length - last).flat().length
  const note: Message = { role: 'user', text: `(${omitted} earlier messages of this conversation are left out here.)` }
  return [...head, ...blocks.slice(0, first).flat(), note, ...blocks.slice(blocks.length - last).flat()]
}

type Block = readonly Message[]

/** Splits a conversation into what always stays and blocks that belong together. */
function divide(messages: readonly Message[]): { readonly head: Block; readonly blocks: readonly Block[] } {
  const firstUser = messages.findIndex(({ role }) => role === 'user')
  const headEnd = firstUser === -1 ? messages.filter(({ role }) => role === 'system').length : firstUser + 1
  const blocks: Message[][] = []
  for (const message of messages.slice(headEnd)) {
    const open = blocks.at(-1)
    if (message.role === 'tool' && open !== undefined) open.push(message)
    else blocks.push([message])
  }
  return { head: messages.slice(0, headEnd), blocks }
}

function selectBlocks(head: Block, blocks: readonly Block[], strategy: Exclude<HistoryStrategy, { kind: 'unbounded' }>): { first: number; last: number } {
  switch (strategy.kind) {
    case 'buffered':
      return { first: 0, last: fitting(blocks.toReversed(), strategy.messages, (block) => block.length, 1) }
    case 'token-limited':
      return { first: 0, last: fitting(blocks.toReversed(), strategy.tokens - estimateMessageTokens(head), estimateMessageTokens, 1) }
    case 'head-and-tail':
      return {
        first: fitting(blocks, strategy.head, (block) => block.length, 0),
        last: fitting(blocks.toReversed(), strategy.tail, (block) => block.length, 1),
      }
    default:
      return strategy satisfies never
  }
}

/** How many blocks from the start fit into the room; at least `least`. */
function fitting(blocks: readonly Block[], room: number, size: (block: Block) => number, least: number): number {
  let used = 0
  let count = 0
  for (const block of blocks) {
    used += size(block)
    if (used > room && count >= least) break
    count++
  }
  return count
}

function applyProcessor(messages: readonly Message[], processor: HistoryProcessor): readonly Message[] {
  switch (processor.kind) {
    case 'last-observations':
      return summariseOldObservations(messages, processor.keep)
    case 'closed-window':
      return closeOldWindows(messages)
    case 'remove-regex':
      return removePatterns(messages, processor.patterns)
    case 'cache-control':
      return messages
    default:
      return processor satisfies never
  }
}

function lastIndexes(length: number, count: number): number[] {
  return Array.from({ length: Math.min(length, count) }, (_, index) => length - Math.min(length, count) + index)
}
