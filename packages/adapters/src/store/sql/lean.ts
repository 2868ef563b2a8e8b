import type { RunState } from '@codeforge/domain/run'
import type { RunDocument } from './tables.ts'

/**
 * What members of a run's documents are where a row leaves them out. Rows are read by this for ever: a member may be added, never
 * changed. A new run leaves out most of what it has, and its row is written often.
 */
export const leanDocument: RunDocument = {
  mode: '', policy: '', model: '', scripted: false, outcome: null, failure: null, summary: null, attended: false, deliver: 'none', branch: '', delivery: null, kept: null,
  gates: [], sandbox: null, turns: 0, toolCalls: 0, usage: { promptTokens: 0, cachedPromptTokens: 0, completionTokens: 0, reasoningTokens: 0 },
  costMicroUsd: 0, maxCostMicroUsd: 0, priority: 0, retryOf: null, openQuestions: 0, startedAt: null, sequence: 0,
}

export const leanState: RunState = {
  status: 'queued', outcome: null, deliver: 'none', gates: [], attempt: 0, attemptLive: false, lostAttempts: 0, everStarted: false, pauseRequested: false,
  cancelReason: null, questions: [], tree: null, passed: {}, deliveredTree: null, spentMicroUsd: 0, maxCostMicroUsd: 0, alerts: [],
}

/** The document without what is as in `plain`. */
export function lean<Document extends object>(plain: Document, document: Document): Partial<Document> {
  const kept: Partial<Document> = {}
  for (const key of Object.keys(document) as (keyof Document)[]) if (!isSame(plain[key], document[key])) kept[key] = document[key]
  return kept
}

/** The document with what its row left out. */
export function whole<Document extends object>(plain: Document, stored: Partial<Document>): Document {
  return { ...plain, ...stored }
}

/** Objects of a plain document are empty or flat. */
function isSame(plain: unknown, value: unknown): boolean {
  if (plain === value) return true
  if (typeof plain !== 'object' || typeof value !== 'object' || plain === null || value === null) return false
  if (Array.isArray(plain)) return Array.isArray(value) && value.length === 0
  const [expected, members] = [Object.entries(plain), Object.entries(value)]
  return members.length === expected.length && expected.every(([key, member]) => (value as Record<string, unknown>)[key] === member)
}
