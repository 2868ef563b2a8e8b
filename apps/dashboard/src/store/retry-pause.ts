import type { ApiError } from '../api/api-error.ts'

const firstMs = 2000
const longestMs = 60_000
const passingStatuses = new Set([429, 502, 503, 504])

/** Whether the same request may well be answered later: nobody answered, too much was asked, or something that is needed is down. */
export function isPassing({ status, code }: Pick<ApiError, 'status' | 'code'>): boolean {
  return code === 'unreachable' || passingStatuses.has(status)
}

/** Milliseconds before something is asked again: longer after each failure, never sooner than the server wants, and not with all other tabs at once (`chance`: 0 to 1). */
export function retryPause(failures: number, retryAfterMs: number, chance: number): number {
  const grown = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 10))
  return Math.max(grown, retryAfterMs) * (1 + chance / 4)
}
