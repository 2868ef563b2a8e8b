import type { IncomingHttpHeaders } from 'node:http'

const longest = 24 * 3_600_000

/** Milliseconds that the endpoint asks to wait, at most a day; null where it does not say. `now` is in milliseconds since 1970. */
export function retryAfterMs(headers: IncomingHttpHeaders, now: number): number | null {
  const milliseconds = numberIn(headers['retry-after-ms']) ?? numberIn(headers['x-ms-retry-after-ms'])
  if (milliseconds !== null) return within(milliseconds)
  const value = headers['retry-after']
  const seconds = numberIn(value)
  if (seconds !== null) return within(seconds * 1000)
  const date = /[a-z]{3}/i.test(value ?? '') ? Date.parse(value ?? '') : Number.NaN // JavaScript takes '-5' for a date
  return Number.isNaN(date) ? null : within(date - now)
}

function numberIn(value: string | readonly string[] | undefined): number | null {
  if (typeof value !== 'string' || !/^\d+(\.\d+)?$/.test(value.trim())) return null
  return Number(value)
}

function within(milliseconds: number): number {
  return Math.min(Math.max(Math.ceil(milliseconds), 0), longest)
}
