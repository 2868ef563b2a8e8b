import { z } from 'zod'

export const RunStatus = z.enum(['queued', 'running', 'waiting', 'paused', 'checking', 'delivering', 'ended'])
export type RunStatus = z.output<typeof RunStatus>

export const Outcome = z.enum([
  'succeeded', 'infrastructure', 'usage', 'gate-failed', 'policy', 'budget', 'limit-or-stall', 'timeout',
  'setup-failed', 'undelivered', 'cancelled',
])
export type Outcome = z.output<typeof Outcome>

/** The exit code of `codeforge run` for each outcome. */
export const exitCodes: Readonly<Record<Outcome, number>> = {
  succeeded: 0,
  infrastructure: 1,
  usage: 2,
  'gate-failed': 10,
  policy: 11,
  budget: 12,
  'limit-or-stall': 13,
  timeout: 14,
  'setup-failed': 15,
  undelivered: 16,
  cancelled: 130,
}
