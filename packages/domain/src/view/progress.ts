import type { RunProgress } from '@codeforge/contracts/coordination'
import type { RunEvent, RunEventData } from '@codeforge/contracts/event'
import type { Message, ToolCall } from '@codeforge/contracts/message'
import { noUsage, type Usage } from '@codeforge/contracts/money'
import { addResult, pendingOf } from './pending-calls.ts'

/** Where a run stands, with what is needed to go on folding. `progressOf` gives what a worker is told. */
export interface ProgressView {
  readonly progress: Omit<RunProgress, 'conversation'>
  readonly conversation: readonly Message[]
  /** Sequence of the last event that was folded; earlier ones change nothing. */
  readonly sequence: number
  /** Times of the attempt at work: its start and the last thing it reported. */
  readonly attempt: { readonly startedAt: string; readonly lastAt: string } | null
}

export const noProgress: ProgressView = {
  progress: {
    stage: 'new', pendingCalls: [], answers: {}, turns: 0, usage: noUsage, spentMicroUsd: 0, workedMs: 0, baseCommit: null,
    firstCheckpoint: null, lastCheckpoint: null, bundle: null, setupDone: false, receipts: [], baselines: [], gateFailures: 0, stalls: [],
  },
  conversation: [],
  sequence: 0,
  attempt: null,
}

/** What a worker that continues the run is told. */
export function progressOf(view: ProgressView): RunProgress {
  return { ...view.progress, conversation: [...view.conversation] }
}

/** Folds a run's events into its progress. */
export function foldProgress(view: ProgressView, event: RunEvent): ProgressView {
  if (event.sequence <= view.sequence) return view
  const timed = foldTime(view, event)
  return { ...foldData(timed, event.data), sequence: event.sequence }
}

function foldTime(view: ProgressView, event: RunEvent): ProgressView {
  const { data, at } = event
  if (data.kind === 'attempt.started') return { ...view, attempt: { startedAt: at, lastAt: at } }
  if (view.attempt === null) return view
  const attempt = event.attempt === null ? view.attempt : { ...view.attempt, lastAt: at }
  if (!endsAttempt(data)) return { ...view, attempt }
  // A lost worker is counted up to the last thing it reported, not up to the moment its loss was noticed.
  const workedMs = view.progress.workedMs + Math.max(0, Date.parse(attempt.lastAt) - Date.parse(attempt.startedAt))
  return { ...view, attempt: null, progress: { ...view.progress, workedMs } }
}

function endsAttempt({ kind }: RunEventData): boolean {
  return kind === 'attempt.lost' || kind === 'attempt.released' || kind === 'run.waiting' || kind === 'run.paused'
    || kind === 'run.succeeded' || kind === 'run.failed' || kind === 'run.cancelled'
}

function foldData(view: ProgressView, data: RunEventData): ProgressView {
  switch (data.kind) {
    case 'conversation.started':
      return { ...patch(view, { stage: 'working' }), conversation: [{ role: 'system', text: data.system }, { role: 'user', text: data.user }] }
    case 'guidance.added':
      return say(view, { role: 'user', text: data.text })
    case 'model.completed':
      return foldTurn(view, data)
    case 'toolcall.spent':
      return patch(view, { usage: addUsage(view.progress.usage, data.usage), spentMicroUsd: view.progress.spentMicroUsd + data.costMicroUsd })
    case 'model.failed':
    case 'spend.booked':
      return patch(view, { spentMicroUsd: view.progress.spentMicroUsd + data.costMicroUsd })
    case 'toolcall.denied':
      return foldResult(view, { callId: data.call.id, tool: data.call.tool, ok: false, text: data.observation })
    case 'toolcall.completed':
      return foldResult(view, { callId: data.callId, tool: data.tool, ok: data.ok, text: data.observation })
    case 'question.answered':
      return answered(view, data.subject, data.answer, data.note)
    case 'question.expired':
      return answered(view, data.subject, data.answer, null)
    case 'stall.detected':
      return patch(view, { stalls: [...view.progress.stalls, data.signal] })
    case 'run.checking':
      return patch(view, { stage: 'checking' })
    case 'run.reworking':
      return patch(view, { stage: 'working' })
    case 'run.delivering':
      return patch(view, { stage: 'delivering' })
    default:
      return foldWorkspace(view, data)
  }
}

function foldWorkspace(view: ProgressView, data: RunEventData): ProgressView {
  const { progress } = view
  switch (data.kind) {
    case 'workspace.opened':
      return patch(view, { baseCommit: data.baseCommit })
    case 'setup.completed':
      return patch(view, { setupDone: true })
    case 'checkpoint.created':
      return patch(view, {
        firstCheckpoint: progress.firstCheckpoint ?? data.checkpoint,
        lastCheckpoint: data.checkpoint,
        bundle: data.bundle ?? progress.bundle,
      })
    case 'checkpoint.restored':
      return patch(view, { lastCheckpoint: data.checkpoint })
    case 'gate.passed':
    case 'gate.failed': {
      const { receipt } = data
      const replaced = (receipts: RunProgress['receipts']) => [...receipts.filter(({ gate }) => gate !== receipt.gate), receipt]
      if (data.baseline) return patch(view, { baselines: replaced(progress.baselines) })
      const failures = data.kind === 'gate.failed' ? 1 : 0
      return patch(view, { receipts: replaced(progress.receipts), gateFailures: progress.gateFailures + failures })
    }
    default:
      return view
  }
}

type Completed = Extract<RunEventData, { kind: 'model.completed' }>

function foldTurn(view: ProgressView, data: Completed): ProgressView {
  const { progress } = view
  // A model may give two turns' calls the same id: an answer to an earlier call must never count for a new one.
  const answers = Object.fromEntries(Object.entries(progress.answers).filter(([subject]) => data.toolCalls.every(({ id }) => id !== subject)))
  return say(patch(view, {
    turns: Math.max(progress.turns, data.turn),
    usage: addUsage(progress.usage, data.usage),
    spentMicroUsd: progress.spentMicroUsd + data.costMicroUsd,
    pendingCalls: data.toolCalls,
    answers,
  }), { role: 'assistant', text: data.text, toolCalls: data.toolCalls })
}

function foldResult(view: ProgressView, result: Omit<Extract<Message, { role: 'tool' }>, 'role'>): ProgressView {
  const pending: readonly ToolCall[] = view.progress.pendingCalls
  if (!pending.some(({ id }) => id === result.callId)) return view
  const conversation = addResult(view.conversation, { role: 'tool', ...result })
  return { ...patch(view, { pendingCalls: pendingOf(conversation) }), conversation }
}

function answered(view: ProgressView, subject: string, option: string, note: string | null): ProgressView {
  return patch(view, { answers: { ...view.progress.answers, [subject]: { option, note } } })
}

/** Adds up the tokens of calls. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    cachedPromptTokens: a.cachedPromptTokens + b.cachedPromptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  }
}

function say(view: ProgressView, message: Message): ProgressView {
  return { ...view, conversation: [...view.conversation, message] }
}

function patch(view: ProgressView, changes: Partial<ProgressView['progress']>): ProgressView {
  return { ...view, progress: { ...view.progress, ...changes } }
}
