import { CodeForgeError, type ErrorCode } from '@codeforge/contracts/error-code'
import type { WorkResult } from '@codeforge/contracts/fact'
import type { RunWork } from '@codeforge/contracts/run-work'
import type { TerminationCondition } from '@codeforge/contracts/termination'
import { codeOf } from '../workspace/walk-path.ts'
import { RunStopped } from './control.ts'

type Failed = Extract<WorkResult, { kind: 'failed' }>

const outcomes: Readonly<Partial<Record<ErrorCode, Failed['outcome']>>> = {
  'sandbox-unavailable': 'policy',
  'policy-denied': 'policy',
  'policy-invalid': 'policy',
  'setup-failed': 'setup-failed',
  'budget-exhausted': 'budget',
  'delivery-failed': 'undelivered',
  'branch-exists': 'undelivered',
  'unsupported': 'undelivered',
  'gate-failed': 'gate-failed',
  'limit-reached': 'limit-or-stall',
  'run-stalled': 'limit-or-stall',
  'timeout': 'timeout',
  'invalid-input': 'usage',
  'repository-not-found': 'usage',
  'repository-empty': 'usage',
  'llm-not-configured': 'usage',
}

/** What a thrown error makes of the work; null where the attempt is no longer ours and nothing may be said. */
export function resultOfError(error: unknown, signal: AbortSignal, work: RunWork): WorkResult | null {
  if (signal.aborted && signal.reason instanceof RunStopped) return resultOfStop(signal.reason, work)
  if (error instanceof CodeForgeError) return error.code === 'lease-lost' ? null : failure(error.code, error.message)
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return failure('disk-full', 'There is no space left on the disk.')
  return failure('internal', error instanceof Error ? error.message : String(error))
}

/** A failed result with the outcome that its code stands for. */
export function failure(code: ErrorCode, message: string): Failed {
  return { kind: 'failed', outcome: outcomes[code] ?? 'infrastructure', code, message: message.slice(0, 4000) }
}

function resultOfStop({ kind }: RunStopped, work: RunWork): WorkResult | null {
  switch (kind) {
    case 'cancelled':
      return { kind: 'cancelled' }
    case 'handed-over':
      return { kind: 'handed-over' }
    case 'timeout':
      return failure('timeout', `It worked longer than its limit of ${earliestTimeout(work.termination)} s.`)
    case 'lost':
      return null
    default:
      return kind satisfies never
  }
}

/** Seconds after which a run ends whatever else holds; infinite where the tree names none that acts alone. */
export function earliestTimeout(condition: TerminationCondition): number {
  if (condition.kind === 'timeout') return condition.seconds
  return condition.kind === 'or' ? Math.min(...condition.of.map(earliestTimeout)) : Infinity
}
