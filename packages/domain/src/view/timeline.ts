import type { RunEvent, RunEventData } from '@codeforge/contracts/event'
import type { DiffStat, StallSignal } from '@codeforge/contracts/fact'
import type { QuestionId } from '@codeforge/contracts/ids'
import type { QuestionDraft } from '@codeforge/contracts/question'
import type { Receipt } from '@codeforge/contracts/receipt'

/** What happened to a run besides its conversation, oldest first. */
export type TimelineItem = { readonly at: string; readonly sequence: number } & (
  | { readonly kind: 'attempt'; readonly attempt: number; readonly status: 'working' | 'lost' | 'released' | 'ended'; readonly reason: string | null }
  | { readonly kind: 'status'; readonly status: string; readonly detail: string | null }
  | { readonly kind: 'gate'; readonly gate: string; readonly command: string; readonly baseline: boolean; readonly receipt: Receipt | null }
  | { readonly kind: 'checkpoint'; readonly checkpoint: string; readonly label: string; readonly stat: DiffStat | null; readonly restored: boolean }
  | { readonly kind: 'question'; readonly questionId: QuestionId; readonly draft: QuestionDraft; readonly status: 'open' | 'answered' | 'expired' | 'withdrawn'; readonly answer: string | null }
  | { readonly kind: 'stall'; readonly signal: StallSignal; readonly detail: string }
  | { readonly kind: 'budget'; readonly detail: string }
  | { readonly kind: 'delivery'; readonly mode: string; readonly status: 'started' | 'completed' | 'failed'; readonly branch: string | null; readonly commit: string | null; readonly stat: DiffStat | null; readonly problem: string | null }
)

export interface TimelineView {
  readonly items: readonly TimelineItem[]
  readonly sequence: number
}
export const noTimeline: TimelineView = { items: [], sequence: 0 }

/** Folds a run's events into its timeline. Idempotent by sequence. */
export function foldTimeline(view: TimelineView, event: RunEvent): TimelineView {
  if (event.sequence <= view.sequence) return view
  return { items: foldItems(view.items, event.data, { at: event.at, sequence: event.sequence }), sequence: event.sequence }
}

interface Stamp {
  readonly at: string
  readonly sequence: number
}
type Items = readonly TimelineItem[]

function foldItems(items: Items, data: RunEventData, stamp: Stamp): Items {
  switch (data.kind) {
    case 'stall.detected':
      return [...items, { ...stamp, kind: 'stall', signal: data.signal, detail: data.detail }]
    case 'budget.alerted':
      return [...items, { ...stamp, kind: 'budget', detail: `${data.percent} % of the budget is spent` }]
    case 'budget.overrun':
      return [...items, { ...stamp, kind: 'budget', detail: 'a call cost more than was set aside for it' }]
    case 'checkpoint.created':
      return [...items, { ...stamp, kind: 'checkpoint', checkpoint: data.checkpoint, label: data.label, stat: data.stat, restored: false }]
    case 'checkpoint.restored':
      return [...items, { ...stamp, kind: 'checkpoint', checkpoint: data.checkpoint, label: data.reason, stat: null, restored: true }]
    case 'change.kept':
      return [...items, { ...stamp, kind: 'status', status: 'kept', detail: null }]
    case 'gate.started':
      return [...items, { ...stamp, kind: 'gate', gate: data.gate, command: data.command, baseline: data.baseline, receipt: null }]
    case 'gate.passed':
    case 'gate.failed':
      return change(items, 'gate', (item) => item.gate === data.receipt.gate && item.receipt === null, (item) => ({ ...item, receipt: data.receipt }))
    default:
      return foldQuestion(items, data, stamp)
  }
}

function foldQuestion(items: Items, data: RunEventData, stamp: Stamp): Items {
  const settle = (questionId: QuestionId, status: 'answered' | 'expired' | 'withdrawn', answer: string | null) =>
    change(items, 'question', (item) => item.questionId === questionId, (item) => ({ ...item, status, answer }))
  switch (data.kind) {
    case 'question.asked':
      return [...items, { ...stamp, kind: 'question', questionId: data.questionId, draft: data.draft, status: 'open', answer: null }]
    case 'question.answered':
      return settle(data.questionId, 'answered', data.answer)
    case 'question.expired':
      return settle(data.questionId, 'expired', data.answer)
    case 'question.withdrawn':
      return settle(data.questionId, 'withdrawn', null)
    default:
      return foldDelivery(items, data, stamp)
  }
}

function foldDelivery(items: Items, data: RunEventData, stamp: Stamp): Items {
  const open = (item: { readonly status: string }) => item.status === 'started'
  switch (data.kind) {
    case 'delivery.started':
      return [...items, { ...stamp, kind: 'delivery', mode: data.mode, status: 'started', branch: null, commit: null, stat: null, problem: null }]
    case 'delivery.completed':
      return change(items, 'delivery', open, (item) => ({ ...item, status: 'completed', branch: data.branch, commit: data.commit, stat: data.stat }))
    case 'delivery.failed':
      return change(items, 'delivery', open, (item) => ({ ...item, status: 'failed', problem: data.message }))
    default:
      return foldLifecycle(items, data, stamp)
  }
}

function foldLifecycle(items: Items, data: RunEventData, stamp: Stamp): Items {
  const note = (status: string, detail: string | null = null): Items => [...items, { ...stamp, kind: 'status', status, detail }]
  switch (data.kind) {
    case 'attempt.started':
      return [...items, { ...stamp, kind: 'attempt', attempt: data.attempt, status: 'working', reason: null }]
    case 'attempt.lost':
      return endAttempt(items, 'lost', data.reason)
    case 'attempt.released':
      return endAttempt(items, 'released', data.reason)
    case 'run.waiting':
      return endAttempt(note('waiting'), 'ended', null)
    case 'run.paused':
      return endAttempt(note('paused'), 'ended', null)
    case 'run.succeeded':
      return endAttempt(note('succeeded', data.summary), 'ended', null)
    case 'run.failed':
      return endAttempt(note(data.outcome, data.message), 'ended', null)
    case 'run.cancelled':
      return endAttempt(note('cancelled', data.reason), 'ended', null)
    case 'run.queued':
    case 'run.started':
    case 'run.checking':
    case 'run.reworking':
    case 'run.delivering':
    case 'run.resumed':
    case 'run.pause-requested':
      return note(data.kind.slice('run.'.length))
    case 'run.cancel-requested':
      return note('cancel-requested', data.reason)
    default:
      return items
  }
}

function endAttempt(items: Items, status: 'lost' | 'released' | 'ended', reason: string | null): Items {
  return change(items, 'attempt', (item) => item.status === 'working', (item) => ({ ...item, status, reason }))
}

/** Changes the last item of a kind that fits; none fits: nothing changes. */
function change<Kind extends TimelineItem['kind']>(
  items: Items,
  kind: Kind,
  fits: (item: Extract<TimelineItem, { kind: Kind }>) => boolean,
  next: (item: Extract<TimelineItem, { kind: Kind }>) => TimelineItem,
): Items {
  const isKind = (item: TimelineItem): item is Extract<TimelineItem, { kind: Kind }> => item.kind === kind
  const index = items.findLastIndex((item) => isKind(item) && fits(item))
  const found = items[index]
  return found !== undefined && isKind(found) ? items.with(index, next(found)) : items
}
