import type { ErrorBody } from '@codeforge/contracts/error-code'

/** A refusal of the server, or the lack of an answer, in words for people. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly help: string
  readonly requestId: string | null
  /** Milliseconds before which the server does not want to be asked again; 0 where it does not say. */
  readonly retryAfterMs: number

  constructor(status: number, body: { code: string; message: string; help: string; requestId: string | null }, retryAfterMs = 0) {
    super(body.message)
    this.name = 'ApiError'
    this.status = status
    this.code = body.code
    this.help = body.help
    this.requestId = body.requestId
    this.retryAfterMs = retryAfterMs
  }
}

/** The error of an answer that is not ok, whatever its body is; `retryAfter` is the header, in seconds. */
export function errorOf(status: number, body: unknown, retryAfter: string | null): ApiError {
  const retryAfterMs = (Number(retryAfter) || 0) * 1000
  if (isErrorBody(body)) return new ApiError(status, body.error, retryAfterMs)
  return new ApiError(status, {
    code: 'internal', message: `The server answered with status ${status}.`, help: 'Try again; the log of the server says more.', requestId: null,
  }, retryAfterMs)
}

/** The error for a server that cannot be reached. */
export function unreachable(): ApiError {
  return new ApiError(0, {
    code: 'unreachable', message: 'CodeForge does not answer.', help: 'Start it with `npm start` in its own folder, or with `codeforge start` where it is installed; this page goes on by itself.', requestId: null,
  })
}

/** Anything thrown as an ApiError. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new ApiError(0, { code: 'internal', message, help: 'This is a fault of the page. Reload it.', requestId: null })
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object' && body.error !== null
    && 'message' in body.error && typeof body.error.message === 'string'
}
