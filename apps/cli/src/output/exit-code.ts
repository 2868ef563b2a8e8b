import type { ErrorCode } from '@codeforge/contracts/error-code'
import { exitCodes } from '@codeforge/contracts/run-status'

/** Refusals that are not the user's slip, by the outcome that a run with the same trouble would have. */
const byCode: Partial<Record<ErrorCode, number>> = {
  'policy-denied': exitCodes.policy,
  'budget-exhausted': exitCodes.budget,
  'limit-reached': exitCodes['limit-or-stall'],
  'run-stalled': exitCodes['limit-or-stall'],
  'timeout': exitCodes.timeout,
  'gate-failed': exitCodes['gate-failed'],
  'setup-failed': exitCodes['setup-failed'],
  'delivery-failed': exitCodes.undelivered,
  'branch-exists': exitCodes.undelivered,
  'cancelled': exitCodes.cancelled,
}

/** Refusals that the user can put right by asking for something else. */
const usage: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid-input', 'invalid-config', 'not-found', 'unsupported-media-type', 'stale-version', 'conflict', 'idempotency-mismatch',
  'payload-too-large', 'unsupported', 'data-locked', 'data-too-new', 'llm-not-configured', 'repository-not-found', 'repository-empty', 'policy-invalid',
  'policy-not-found', 'mode-not-found', 'sandbox-unavailable',
])

/** The exit code of a command that was refused before or without a run. */
export function exitCodeOf(code: ErrorCode): number {
  return byCode[code] ?? (usage.has(code) ? exitCodes.usage : exitCodes.infrastructure)
}
