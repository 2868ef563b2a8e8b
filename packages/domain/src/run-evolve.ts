import type { RunEventData } from '@codeforge/contracts/event'
import type { Outcome } from '@codeforge/contracts/run-status'
import type { RunState } from './run.ts'

/** The state after an event. Events that decisions do not depend on change nothing. */
export function evolveRun(run: RunState, event: RunEventData): RunState {
  switch (event.kind) {
    case 'attempt.started':
      return { ...run, status: 'running', attempt: event.attempt, attemptLive: true }
    case 'run.started':
      return { ...run, everStarted: true }
    case 'attempt.lost':
      return { ...run, status: 'queued', attemptLive: false, lostAttempts: run.lostAttempts + 1 }
    case 'attempt.released':
      return { ...run, status: run.pauseRequested ? 'paused' : 'queued', attemptLive: false }
    case 'run.checking':
      return { ...run, status: 'checking' }
    case 'run.reworking':
      return { ...run, status: 'running' }
    case 'run.delivering':
      return { ...run, status: 'delivering' }
    case 'question.asked': {
      const { questionId: id, draft } = event
      const question = { id, subject: draft.subject, options: draft.options.map((option) => option.id), fallback: draft.fallback }
      return { ...run, questions: [...run.questions, question] }
    }
    case 'question.answered':
    case 'question.expired':
    case 'question.withdrawn':
      return { ...run, questions: run.questions.filter(({ id }) => id !== event.questionId) }
    case 'run.waiting':
      return { ...run, status: 'waiting', attemptLive: false }
    case 'run.pause-requested':
      return { ...run, pauseRequested: true }
    case 'run.paused':
      return { ...run, status: 'paused', attemptLive: false }
    case 'run.resumed':
      // Taking back a pause does not answer the questions that a run waits for.
      return { ...run, status: run.attemptLive || run.questions.length > 0 ? run.status : 'queued', pauseRequested: false }
    case 'run.cancel-requested':
      return { ...run, cancelReason: event.reason }
    case 'checkpoint.created':
      return { ...run, tree: event.tree }
    case 'gate.passed':
      return event.baseline ? run : { ...run, passed: { ...run.passed, [event.receipt.gate]: event.receipt.tree } }
    case 'gate.failed': {
      if (event.baseline) return run
      const { [event.receipt.gate]: _, ...passed } = run.passed
      return { ...run, passed }
    }
    case 'delivery.completed':
      return { ...run, deliveredTree: event.tree }
    case 'model.completed':
    case 'model.failed':
      return { ...run, spentMicroUsd: run.spentMicroUsd + event.costMicroUsd }
    case 'spend.booked':
      return { ...run, spentMicroUsd: run.spentMicroUsd + event.costMicroUsd }
    case 'budget.alerted':
      return { ...run, alerts: [...run.alerts, event.percent] }
    case 'run.succeeded':
      return ended(run, 'succeeded')
    case 'run.failed':
      return ended(run, event.outcome)
    case 'run.cancelled':
      return ended(run, 'cancelled')
    default:
      return run
  }
}

function ended(run: RunState, outcome: Outcome): RunState {
  return { ...run, status: 'ended', outcome, attemptLive: false, questions: [] }
}
