import type { IncomingHttpHeaders } from 'node:http'
import { CodeForgeError, type ErrorCode } from '@codeforge/contracts/error-code'
import type { Redactor } from '@codeforge/contracts/secret'
import { retryAfterMs } from './retry-after.ts'
import { WireError } from './wire-error.ts'

/** What an endpoint refused with. */
export interface Refusal {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const longestMessage = 500
const overflow = /context.?(length|window|size)|maximum context|prompt is too long|too many (input |prompt )?tokens|exceeds? .{0,40}context|input (is too long|length)/i
const quota = /^(insufficient_quota|billing_hard_limit_reached|billing_not_active|budget_exceeded|insufficient_credits?|credit_balance_too_low)$/i
const quotaText = /credit balance is too low|budget has been exceeded|insufficient (credits?|balance|funds|quota)/i
const unreachable = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|EPROTO|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/

/** The error for a status other than 2xx. `now` is in milliseconds since 1970. */
export function refusalError(refusal: Refusal, redactor: Redactor, now: number): CodeForgeError {
  const error = wireErrorIn(refusal.body)
  const code = codeOf(refusal.status, error)
  const wait = retryAfterMs(refusal.headers, now)
  const message = `The model endpoint answered ${refusal.status}: ${messageOf(error) ?? (refusal.body.trim() || 'nothing more')}`
  return new CodeForgeError(code, tidy(message + hint(refusal, error), redactor), {
    details: { status: refusal.status, ...(wait === null ? {} : { retryAfterMs: wait }) },
  })
}

/** The error for an `error` event in the middle of a stream, whose status was 200. */
export function streamError(error: WireError, redactor: Redactor): CodeForgeError {
  const code = codeOf(statusOf(error), error)
  return new CodeForgeError(code, tidy(`The model endpoint failed in the middle of its reply: ${messageOf(error) ?? 'it does not say why'}`, redactor))
}

/** The error for a connection that could not be made or broke. `begun`: after the reply's headers had arrived. */
export function networkError(cause: unknown, begun: boolean, redactor: Redactor): CodeForgeError {
  if (cause instanceof CodeForgeError) return cause
  const { code = '', message = String(cause) } = cause as { code?: string; message?: string }
  const text = tidy(code && !message.includes(code) ? `${code} ${message}` : message, redactor)
  if (begun) return invalidReply(`broke off: ${text}`, cause)
  if (unreachable.test(code) || !code.startsWith('HPE_')) return new CodeForgeError('llm-unreachable', `The model endpoint cannot be reached: ${text}`, { cause })
  return invalidReply(`is not HTTP: ${text}`, cause)
}

/** The error for something that is not a reply. */
export function invalidReply(what: string, cause?: unknown): CodeForgeError {
  return new CodeForgeError('llm-invalid-reply', `The reply of the model endpoint ${what}`, cause === undefined ? {} : { cause })
}

/** The endpoint's own words in the body of a refusal. */
export function messageIn(body: string): string {
  return messageOf(wireErrorIn(body)) ?? body
}

function codeOf(status: number, error: WireError | null): ErrorCode {
  if (status === 402 || isQuota(error)) return 'llm-quota'
  if (status === 401 || status === 403) return 'llm-unauthorized'
  if (status === 429) return 'llm-rate-limited'
  if (status === 413 || (status < 500 && isOverflow(error))) return 'llm-context-overflow'
  if (status === 408 || (status >= 500 && status !== 501)) return 'llm-overloaded'
  return 'llm-bad-request'
}

/** Some servers put the status in the error's code; the others are told by type, and are taken for overloaded. */
function statusOf(error: WireError): number {
  const { code, type } = typeof error === 'string' ? {} : error
  if (Number(code) >= 400 && Number(code) < 600) return Number(code)
  if (/rate.?limit/i.test(`${code} ${type}`)) return 429
  return isOverflow(error) || /invalid.?request/i.test(`${code} ${type}`) ? 400 : 500
}

function isQuota(error: WireError | null): boolean {
  if (!error || typeof error === 'string') return quotaText.test(error ?? '')
  return quota.test(String(error.code ?? '')) || quota.test(error.type ?? '') || quotaText.test(error.message ?? '')
}

function isOverflow(error: WireError | null): boolean {
  return error !== null && overflow.test(typeof error === 'string' ? error : `${error.code} ${error.type} ${error.message}`)
}

function wireErrorIn(body: string): WireError | null {
  try {
    const json = JSON.parse(body) as unknown
    const { error, message, detail } = json as { error?: unknown; message?: unknown; detail?: unknown }
    const told = WireError.safeParse(error)
    if (told.success && told.data !== '') return told.data
    return typeof message === 'string' ? message : detail === undefined ? null : JSON.stringify(detail)
  } catch {
    return null
  }
}

function messageOf(error: WireError | null): string | null {
  return (typeof error === 'string' ? error : error?.message) ?? null
}

function hint({ status, headers }: Refusal, error: WireError | null): string {
  if (status >= 300 && status < 400) return ` (it redirects to ${headers.location ?? 'nowhere'}; set that as the base URL)`
  return status === 404 && !error ? ' (does the base URL end in /v1?)' : ''
}

function tidy(message: string, redactor: Redactor): string {
  const clean = redactor.redact(message).replaceAll(/\s+/g, ' ').trim()
  return clean.length > longestMessage ? `${clean.slice(0, longestMessage)}…` : clean
}
