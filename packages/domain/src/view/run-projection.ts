import type { RunEvent, RunEventData } from '@codeforge/contracts/event'
import type { Run } from '@codeforge/contracts/run'
import type { Outcome } from '@codeforge/contracts/run-status'
import { statusAfter } from '../status-after.ts'
import { addUsage } from './progress.ts'

/** The list entry of a run after an event. Idempotent by sequence; `version` is left to the store. */
export function projectRun(run: Run, event: RunEventData, envelope: Pick<RunEvent, 'sequence' | 'at'>): Run {
  if (envelope.sequence <= run.sequence) return run
  return { ...projectData(run, event, envelope.at), sequence: envelope.sequence }
}

/** The same but for the sequence, for whoever folds many events and notes the last one's: nearly all change nothing else. */
export function projectData(run: Run, event: RunEventData, at: string): Run {
  const changed = projectChange(run, event, at)
  const status = statusAfter(run.status, changed.openQuestions, event)
  return status === changed.status ? changed : { ...changed, status }
}

function projectChange(run: Run, event: RunEventData, at: string): Run {
  switch (event.kind) {
    case 'attempt.started':
      return { ...run, attempt: event.attempt, startedAt: run.startedAt ?? at }
    case 'run.succeeded':
      return { ...ended(run, 'succeeded', at), summary: event.summary }
    case 'run.failed':
      return { ...ended(run, event.outcome, at), failure: { code: event.code, message: event.message } }
    case 'run.cancelled':
      return { ...ended(run, 'cancelled', at), failure: { code: 'cancelled', message: event.reason } }
    case 'question.asked':
      return { ...run, openQuestions: run.openQuestions + 1 }
    case 'question.answered':
    case 'question.expired':
    case 'question.withdrawn':
      return { ...run, openQuestions: Math.max(0, run.openQuestions - 1) }
    default:
      return projectFact(run, event)
  }
}

function projectFact(run: Run, event: RunEventData): Run {
  switch (event.kind) {
    case 'workspace.opened':
      return { ...run, sandbox: event.sandbox }
    case 'model.completed':
      return {
        ...run,
        turns: Math.max(run.turns, event.turn),
        toolCalls: run.toolCalls + event.toolCalls.length,
        usage: addUsage(run.usage, event.usage),
        costMicroUsd: run.costMicroUsd + event.costMicroUsd,
      }
    case 'toolcall.spent':
      return { ...run, usage: addUsage(run.usage, event.usage), costMicroUsd: run.costMicroUsd + event.costMicroUsd }
    case 'model.failed':
    case 'spend.booked':
      return { ...run, costMicroUsd: run.costMicroUsd + event.costMicroUsd }
    case 'gate.started':
      return event.baseline ? run : withGate(run, { name: event.gate, status: 'running', reason: '' })
    case 'gate.passed':
    case 'gate.failed': {
      const { gate: name, reason } = event.receipt
      return event.baseline ? run : withGate(run, { name, status: event.kind === 'gate.passed' ? 'passed' : 'failed', reason })
    }
    case 'delivery.completed': {
      const { branch, commit, patch, stat } = event
      return { ...run, delivery: { branch, commit, patch, stat }, kept: null }
    }
    case 'change.kept':
    case 'delivery.failed':
      return event.patch === null ? run : { ...run, kept: event.stat }
    case 'checkpoint.restored':
      return event.undone === null ? run : { ...run, kept: event.stat }
    default:
      return run
  }
}

function withGate(run: Run, gate: Run['gates'][number]): Run {
  const index = run.gates.findIndex(({ name }) => name === gate.name)
  return { ...run, gates: index === -1 ? [...run.gates, gate] : run.gates.with(index, gate) }
}

function ended(run: Run, outcome: Outcome, at: string): Run {
  return { ...run, outcome, endedAt: at, openQuestions: 0 }
}
