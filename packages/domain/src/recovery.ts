import type { ErrorCode } from '@codeforge/contracts/error-code'
import { errorCatalogue } from '@codeforge/contracts/error-code'

/** What went wrong, by who can mend it. */
export type ErrorClass = 'cli' | 'syntax' | 'type' | 'network' | 'crash' | 'dependency' | 'quota' | 'policy'

const classes: Readonly<Partial<Record<ErrorCode, ErrorClass>>> = {
  'llm-rate-limited': 'network', 'llm-overloaded': 'network', 'llm-unreachable': 'network', 'llm-invalid-reply': 'network',
  'unavailable': 'network', 'timeout': 'network', 'store-unavailable': 'network', 'queue-unavailable': 'network',
  'llm-quota': 'quota', 'budget-exhausted': 'quota', 'quota-exceeded': 'quota', 'disk-full': 'quota', 'too-many-runs': 'quota', 'limit-reached': 'quota',
  'policy-denied': 'policy', 'policy-invalid': 'policy', 'policy-not-found': 'policy', 'forbidden': 'policy', 'unauthorized': 'policy', 'llm-unauthorized': 'policy',
  'setup-failed': 'dependency', 'sandbox-unavailable': 'dependency', 'llm-not-configured': 'dependency', 'repository-not-found': 'dependency', 'repository-empty': 'dependency',
  'invalid-input': 'type', 'llm-bad-request': 'type', 'llm-context-overflow': 'type', 'payload-too-large': 'type',
  'invalid-config': 'syntax', 'git-failed': 'cli', 'delivery-failed': 'cli', 'gate-failed': 'cli', 'branch-exists': 'cli',
}

/** The class of an error; what the catalogue does not place is a crash. */
export function classifyError(code: ErrorCode): ErrorClass {
  return classes[code] ?? 'crash'
}

export interface RetryLimits {
  /** Tries in all, the first included. */
  readonly attempts: number
  /** Milliseconds before the second try; doubled each time. */
  readonly baseMs: number
  /** Most milliseconds between two tries, also where the provider asks for more. */
  readonly capMs: number
}
export const defaultRetryLimits: RetryLimits = { attempts: 5, baseMs: 1000, capMs: 60_000 }

export type RecoveryChoice =
  | { readonly kind: 'retry'; readonly delayMs: number; readonly errorClass: ErrorClass }
  | { readonly kind: 'give-up'; readonly reason: string; readonly errorClass: ErrorClass }

/**
 * Chooses what follows a failed outside call. `tries` counts those made, `jitter` is chance between 0 and 1 handed in by the caller.
 * A provider's Retry-After is honoured; one beyond the cap gives up, since coming sooner would only be refused again.
 */
export function chooseRecovery(
  failure: { readonly code: ErrorCode; readonly tries: number; readonly retryAfterMs: number | null },
  limits: RetryLimits,
  jitter: number,
): RecoveryChoice {
  const errorClass = classifyError(failure.code)
  if (!errorCatalogue[failure.code].retryable) return { kind: 'give-up', errorClass, reason: 'trying again cannot help' }
  if (failure.tries >= limits.attempts) return { kind: 'give-up', errorClass, reason: `it failed ${failure.tries} times` }
  if (failure.retryAfterMs !== null && failure.retryAfterMs > limits.capMs) {
    return { kind: 'give-up', errorClass, reason: `the provider asks to wait ${Math.ceil(failure.retryAfterMs / 1000)} s` }
  }
  const backoff = Math.min(limits.capMs, limits.baseMs * 2 ** (failure.tries - 1))
  // Half fixed, half chance: callers that failed together do not come back together.
  const spread = Math.round(backoff / 2 + (backoff / 2) * jitter)
  return { kind: 'retry', errorClass, delayMs: Math.max(failure.retryAfterMs ?? 0, spread) }
}
