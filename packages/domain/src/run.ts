import type { Fact, WorkResult } from '@codeforge/contracts/fact'
import type { QuestionId, WorkerId } from '@codeforge/contracts/ids'
import type { RunLifecycle } from '@codeforge/contracts/lifecycle'
import type { MicroUsd } from '@codeforge/contracts/money'
import type { QuestionDraft } from '@codeforge/contracts/question'
import type { DeliverMode } from '@codeforge/contracts/run-request'
import type { Outcome, RunStatus } from '@codeforge/contracts/run-status'

/** A run whose workers vanished this often ends as infrastructure. */
export const mostLostAttempts = 3

interface OpenQuestion {
  readonly id: QuestionId
  readonly subject: string
  readonly options: readonly string[]
  readonly fallback: string
}

/** What decisions about a run need to know, and no more. Stored with the run's version. */
export interface RunState {
  readonly status: RunStatus
  readonly outcome: Outcome | null
  readonly deliver: DeliverMode
  /** Names of the gates that must have passed for the tree that is delivered. */
  readonly gates: readonly string[]
  readonly attempt: number
  /** False between attempts. */
  readonly attemptLive: boolean
  readonly lostAttempts: number
  readonly everStarted: boolean
  readonly pauseRequested: boolean
  readonly cancelReason: string | null
  readonly questions: readonly OpenQuestion[]
  /** Tree of the last checkpoint. */
  readonly tree: string | null
  /** The tree for which each gate last passed. */
  readonly passed: Readonly<Record<string, string>>
  readonly deliveredTree: string | null
  readonly spentMicroUsd: MicroUsd
  readonly maxCostMicroUsd: MicroUsd
  readonly alerts: readonly number[]
}

/** What somebody wants of a run. */
export type RunCommand =
  | { readonly kind: 'start-attempt'; readonly workerId: WorkerId }
  | { readonly kind: 'lose-attempt'; readonly reason: string }
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'answer-question'; readonly questionId: QuestionId; readonly answer: string; readonly note: string | null }
  | { readonly kind: 'expire-question'; readonly questionId: QuestionId }
  | { readonly kind: 'fail'; readonly outcome: Exclude<Outcome, 'succeeded' | 'cancelled'>; readonly code: string; readonly message: string }

/** Clock and chance, handed in by the caller. */
export interface DecisionContext {
  readonly now: Date
  nextQuestionId(): QuestionId
}

export function queuedRun(input: Pick<RunState, 'deliver' | 'gates' | 'maxCostMicroUsd'>): RunState {
  return {
    status: 'queued',
    outcome: null,
    deliver: input.deliver,
    gates: input.gates,
    attempt: 0,
    attemptLive: false,
    lostAttempts: 0,
    everStarted: false,
    pauseRequested: false,
    cancelReason: null,
    questions: [],
    tree: null,
    passed: {},
    deliveredTree: null,
    spentMicroUsd: 0,
    maxCostMicroUsd: input.maxCostMicroUsd,
    alerts: [],
  }
}

/** What follows from a command. Nothing follows for a run that has ended, or where it changes nothing. */
export function decideCommand(run: RunState, command: RunCommand): RunLifecycle[] {
  if (run.status === 'ended') return []
  switch (command.kind) {
    case 'start-attempt':
      return startAttempt(run, command.workerId)
    case 'lose-attempt':
      return loseAttempt(run, command.reason)
    case 'cancel':
      return cancel(run, command.reason)
    case 'pause':
      return pause(run)
    case 'resume':
      return run.status === 'paused' || run.pauseRequested ? [{ kind: 'run.resumed' }] : []
    case 'answer-question':
      return answer(run, command.questionId, command.answer, command.note)
    case 'expire-question':
      return expire(run, command.questionId)
    case 'fail':
      return [...withdrawn(run), { kind: 'run.failed', outcome: command.outcome, code: command.code, message: command.message }]
    default:
      return command satisfies never
  }
}

/** What follows from something a worker of the current attempt observed. */
export function decideFact(run: RunState, fact: Fact, context: DecisionContext): RunLifecycle[] {
  // What arrives after the attempt let go, in the same batch for example, decides nothing.
  if (!run.attemptLive) return []
  switch (fact.kind) {
    case 'gate.started':
      return !fact.baseline && run.status !== 'checking' ? [{ kind: 'run.checking' }] : []
    case 'model.requested':
      return run.status === 'checking' ? [{ kind: 'run.reworking' }] : []
    case 'delivery.started':
      return run.status !== 'delivering' ? [{ kind: 'run.delivering' }] : []
    case 'model.completed':
    case 'model.failed':
    case 'toolcall.spent':
      return budgetAlerts(run)
    case 'work.ended':
      return workEnded(run, fact.result, context)
    default:
      return []
  }
}

function startAttempt(run: RunState, workerId: WorkerId): RunLifecycle[] {
  if (run.attemptLive || run.status === 'waiting' || run.status === 'paused') return []
  const started: RunLifecycle = { kind: 'attempt.started', attempt: run.attempt + 1, workerId }
  return run.everStarted ? [started] : [started, { kind: 'run.started' }]
}

function loseAttempt(run: RunState, reason: string): RunLifecycle[] {
  if (!run.attemptLive) return []
  const lost: RunLifecycle = { kind: 'attempt.lost', attempt: run.attempt, reason }
  if (run.deliveredTree !== null) return [lost, ...finished(run, deliveredSummary)]
  if (run.cancelReason !== null) return [lost, { kind: 'run.cancelled', reason: run.cancelReason }]
  if (run.lostAttempts + 1 < mostLostAttempts) return [lost, ...pendingPause(run)]
  return [lost, {
    kind: 'run.failed', outcome: 'infrastructure', code: 'worker-lost',
    message: `${mostLostAttempts} workers were lost while they worked on this run; the last one: ${reason}`,
  }]
}

function cancel(run: RunState, reason: string): RunLifecycle[] {
  if (run.cancelReason !== null) return []
  const requested: RunLifecycle = { kind: 'run.cancel-requested', reason }
  if (run.attemptLive) return [requested]
  return [requested, ...withdrawn(run), { kind: 'run.cancelled', reason }]
}

function pause(run: RunState): RunLifecycle[] {
  if (run.pauseRequested || run.status === 'paused' || run.status === 'waiting') return []
  const requested: RunLifecycle = { kind: 'run.pause-requested' }
  return run.attemptLive ? [requested] : [requested, { kind: 'run.paused' }]
}

function answer(run: RunState, questionId: QuestionId, chosen: string, note: string | null): RunLifecycle[] {
  const question = run.questions.find((open) => open.id === questionId)
  if (!question?.options.includes(chosen)) return []
  return settled(run, { kind: 'question.answered', questionId, subject: question.subject, answer: chosen, note })
}

function expire(run: RunState, questionId: QuestionId): RunLifecycle[] {
  const question = run.questions.find((open) => open.id === questionId)
  if (!question) return []
  return settled(run, { kind: 'question.expired', questionId, subject: question.subject, answer: question.fallback })
}

function settled(run: RunState, event: RunLifecycle): RunLifecycle[] {
  if (run.questions.length !== 1 || run.status !== 'waiting') return [event]
  // A pause that was asked for while the question was on its way still holds.
  return [event, { kind: run.pauseRequested ? 'run.paused' : 'run.resumed' }]
}

function withdrawn(run: RunState): RunLifecycle[] {
  return run.questions.map(({ id, subject }) => ({ kind: 'question.withdrawn', questionId: id, subject }))
}

function budgetAlerts(run: RunState): RunLifecycle[] {
  if (run.maxCostMicroUsd === 0) return []
  return ([80, 90] as const)
    .filter((percent) => !run.alerts.includes(percent) && run.spentMicroUsd * 100 >= run.maxCostMicroUsd * percent)
    .map((percent) => ({ kind: 'budget.alerted', percent, spentMicroUsd: run.spentMicroUsd }))
}

function workEnded(run: RunState, result: WorkResult, context: DecisionContext): RunLifecycle[] {
  if (run.deliveredTree !== null && result.kind !== 'finished') return finished(run, deliveredSummary)
  if (run.cancelReason !== null && result.kind !== 'finished') return [{ kind: 'run.cancelled', reason: run.cancelReason }]
  switch (result.kind) {
    case 'finished':
      return finished(run, typeof result.summary === 'string' ? result.summary : result.summary.preview)
    case 'asked':
      return ask(result.questions, context)
    case 'paused':
      // Somebody may have resumed the run while its worker was stopping: then it goes back to the queue.
      return run.pauseRequested ? pendingPause(run) : [{ kind: 'attempt.released', attempt: run.attempt, reason: 'the pause was taken back' }]
    case 'cancelled':
      return [{ kind: 'run.cancelled', reason: 'the worker was told to cancel' }]
    case 'handed-over':
      return [{ kind: 'attempt.released', attempt: run.attempt, reason: 'the worker is shutting down' }, ...pendingPause(run)]
    case 'failed':
      return [{ kind: 'run.failed', outcome: result.outcome, code: result.code, message: result.message }]
    default:
      return result satisfies never
  }
}

/** A pause that was asked for while a worker held the run takes hold when the worker lets go, however it does. */
function pendingPause(run: RunState): RunLifecycle[] {
  return run.pauseRequested ? [{ kind: 'run.paused' }] : []
}

/** Of a run that delivered and whose worker could not say more: what was delivered is neither delivered again nor taken back, so the run is done. */
const deliveredSummary = 'Delivered. Its worker ended before it could say more.'

/** A run succeeds only with a passing receipt of each demanded gate for the very tree that is delivered. */
function finished(run: RunState, summary: string): RunLifecycle[] {
  const tree = run.deliver === 'none' ? run.tree : run.deliveredTree
  if (tree === null) {
    return [{ kind: 'run.failed', outcome: 'undelivered', code: 'delivery-failed', message: 'The work ended without the delivery that was asked for.' }]
  }
  const unproved = run.gates.filter((gate) => run.passed[gate] !== tree)
  if (unproved.length > 0) {
    return [{
      kind: 'run.failed', outcome: 'gate-failed', code: 'gate-failed',
      message: `No passing receipt for the delivered tree from: ${unproved.join(', ')}.`,
    }]
  }
  return [{ kind: 'run.succeeded', summary }]
}

function ask(drafts: readonly QuestionDraft[], context: DecisionContext): RunLifecycle[] {
  const asked = drafts.map((draft) => ({
    kind: 'question.asked' as const,
    questionId: context.nextQuestionId(),
    draft,
    deadlineAt: new Date(context.now.getTime() + draft.deadlineSeconds * 1000).toISOString(),
  }))
  return [...asked, { kind: 'run.waiting', questionIds: asked.map(({ questionId }) => questionId) }]
}
