import type { ClaimReply, ClaimRequest } from '@codeforge/contracts/coordination'
import type { RunWork } from '@codeforge/contracts/run-work'
import { sliceFor, worstCase } from '@codeforge/domain/budget'
import { decideCommand } from '@codeforge/domain/run'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { decided } from './record-events.ts'
import type { Cause, PendingEvent } from './record-events.ts'
import type { Amount } from './slices.ts'

/** Prompt tokens that the first slice is made for; longer prompts ask for more. */
const firstPromptTokens = 8000

/** What claims need of core's ports. */
export type ClaimPorts = Pick<CorePorts, 'store' | 'queue' | 'artifacts' | 'clock' | 'ids'>

/** What a claim comes to. */
export type ClaimOutcome =
  /** `isNew`: this claim began the attempt. `isFirst`: the run's log had nothing but its beginning, so there is no progress to read. */
  | { readonly kind: 'claimed'; readonly run: RunRecord; readonly leaseMs: number; readonly isNew: boolean; readonly isFirst: boolean }
  /** `run`: what the claim made of it, where it changed something. */
  | { readonly kind: 'refused'; readonly reply: Exclude<ClaimReply, { kind: 'claimed' }>; readonly run?: RunRecord }

/** There is nothing to claim. */
export const gone = (reason: string, run?: RunRecord): ClaimOutcome => ({ kind: 'refused', reply: { kind: 'gone', reason }, ...(run && { run }) })
const busy = (retryMs: number): ClaimOutcome => ({ kind: 'refused', reply: { kind: 'busy', retryMs } })

/** The outcome of a claim that changes nothing, or the run that is to be had. */
export function unchangedBy(
  request: ClaimRequest, locked: RunRecord | null, job: JobRecord | null, now: Date,
): { readonly outcome: ClaimOutcome } | { readonly run: RunRecord; readonly job: JobRecord } {
  if (!locked || job?.job.id !== request.jobId) return { outcome: gone('the job is no longer wanted') }
  if (locked.lease && locked.lease.until > now) {
    // What is left and not a whole lease: the worker counts from this question on.
    const left = locked.lease.until.getTime() - now.getTime()
    return { outcome: locked.lease.workerId === request.workerId ? { kind: 'claimed', run: locked, leaseMs: left, isNew: false, isFirst: false } : busy(left) }
  }
  if (request.publication < job.publication) return { outcome: gone('it was published again since') }
  return { run: locked, job }
}

/** What the first slice of an attempt takes: enough for two calls, for one where two do not fit, and never more than the run has left. */
export function firstAmounts(run: RunRecord, work: RunWork): { readonly two: Amount; readonly one: Amount } {
  const worst = worstCase({ promptTokens: firstPromptTokens, maxOutputTokens: work.mode.maxOutputTokens }, work.model.price)
  const left = Math.max(0, work.maxCostMicroUsd - run.state.spentMicroUsd)
  const bounded = ({ microUsd, tokens }: Amount): Amount => ({ microUsd: Math.min(microUsd, left), tokens })
  return { two: bounded(sliceFor(worst)), one: bounded(worst) }
}

/** A new attempt with its lease, ready to be recorded. */
export interface StartingAttempt {
  readonly leased: RunRecord
  readonly pending: readonly PendingEvent[]
  readonly cause: Cause
  readonly leaseMs: number
  readonly isNew: true
  readonly isFirst: boolean
}

/** A new attempt of a run whose slice is taken. */
export function startAttempt(config: Pick<CoreConfig, 'runs'>, { workerId }: ClaimRequest, run: RunRecord, { job }: JobRecord, now: Date): StartingAttempt {
  const leaseMs = config.runs.leaseSeconds * 1000
  return {
    leased: { ...run, lease: { workerId, until: new Date(now.getTime() + leaseMs) }, lastOrdinal: 0 },
    pending: decided(decideCommand(run.state, { kind: 'start-attempt', workerId }), now),
    cause: { actor: `worker:${workerId}`, requestId: job.requestId },
    leaseMs,
    isNew: true,
    isFirst: run.view.sequence === 1,
  }
}
