import type { RunEventData } from '@codeforge/contracts/event'
import type { Outcome } from '@codeforge/contracts/run-status'
import type { RunState } from './run.ts'
import { isWorking, statusAfter } from './status-after.ts'

/** The state after an event. Events that decisions do not depend on change nothing. */
export function evolveRun(run: RunState, event: RunEventData): RunState {
  const changed = evolveLifecycle(run, event)
  const status = statusAfter(run.status, changed.questions.length, event)
  return status === run.status ? changed : { ...changed, status, attemptLive: isWorking(status) }
}

function evolveLifecycle(run: RunState, event: RunEventData): RunState {
  switch (event.kind) {
    case 'attempt.started':
      return { ...run, attempt: event.attempt }
    case 'run.started':
      return { ...run, everStarted: true }
    case 'attempt.lost':
      return { ...run, lostAttempts: run.lostAttempts + 1 }
    case 'question.asked': {
      const { questionId: id, draft } = event
      const question = { id, subject: draft.subject, options: draft.options.map((option) => option.id), fallback: draft.fallback }
      return { ...run, questions: [...run.questions, question] }
    }
    case 'question.answered':
    case 'question.expired':
    case 'question.withdrawn':
      return { ...run, questions: run.questions.filter(({ id }) => id !== event.questionId) }
    case 'run.pause-requested':
      return { ...run, pauseRequested: true }
    case 'run.resumed':
      return { ...run, pauseRequested: false }
    case 'run.cancel-requested':
      return { ...run, cancelReason: event.reason }
    case 'run.succeeded':
      return ended(run, 'succeeded')
    case 'run.failed':
      return ended(run, event.outcome)
    case 'run.cancelled':
      return ended(run, 'cancelled')
    default:
      return evolveFact(run, event)
  }
}

function evolveFact(run: RunState, event: RunEventData): RunState {
  switch (event.kind) {
    case 'checkpoint.created':
    case 'checkpoint.restored':
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
    case 'toolcall.spent':
    case 'spend.booked':
      return { ...run, spentMicroUsd: run.spentMicroUsd + event.costMicroUsd }
    case 'budget.alerted':
      return { ...run, alerts: [...run.alerts, event.percent] }
    default:
      return run
  }
}

function ended(run: RunState, outcome: Outcome): RunState {
  return { ...run, outcome, questions: [] }
}
