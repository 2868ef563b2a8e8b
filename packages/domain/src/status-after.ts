import type { RunEventData } from '@codeforge/contracts/event'
import type { RunStatus } from '@codeforge/contracts/run-status'

/** The status of a run after an event. The one statement of it: decisions and lists both fold with this, so they cannot disagree. */
export function statusAfter(status: RunStatus, openQuestions: number, event: RunEventData): RunStatus {
  switch (event.kind) {
    case 'attempt.started':
    case 'run.reworking':
      return 'running'
    case 'attempt.lost':
    case 'attempt.released':
      return 'queued'
    case 'run.checking':
      return 'checking'
    case 'run.delivering':
      return 'delivering'
    case 'run.waiting':
      return 'waiting'
    case 'run.paused':
      return 'paused'
    case 'run.resumed':
      // Taking back a pause does not answer the questions that a run waits for, and stops nobody who is still at work.
      return status === 'paused' || (status === 'waiting' && openQuestions === 0) ? 'queued' : status
    case 'run.succeeded':
    case 'run.failed':
    case 'run.cancelled':
      return 'ended'
    default:
      return status
  }
}

/** Whether a worker holds a run of this status. */
export function isWorking(status: RunStatus): boolean {
  return status === 'running' || status === 'checking' || status === 'delivering'
}
