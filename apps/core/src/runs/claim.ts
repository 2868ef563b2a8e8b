import type { ClaimReply, ClaimRequest, RunProgress } from '@codeforge/contracts/coordination'
import { inlineTextLimit } from '@codeforge/contracts/blob'
import type { RunId } from '@codeforge/contracts/ids'
import type { RunWork } from '@codeforge/contracts/run-work'
import { decideCommand } from '@codeforge/domain/run'
import { isRunEvent } from '@codeforge/contracts/event'
import { foldProgress, noProgress, progressOf } from '@codeforge/domain/view/progress'
import { sliceFor, worstCase } from '@codeforge/domain/budget'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import { workPinsOf } from '@codeforge/ports/work-pins'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { readStream } from '../read-stream.ts'
import { announceChange } from './announce-change.ts'
import { decided, recordEvents } from './record-events.ts'
import { refusal, takeSlice, utcDay } from './slices.ts'
import type { Amount, Taken } from './slices.ts'

/** Prompt tokens that the first slice is made for; longer prompts ask for more. */
const firstPromptTokens = 8000

/** When a job goes out again where other runs hold the money that this one needs. */
const heldRetryMs = 5000

type ClaimPorts = Pick<CorePorts, 'store' | 'queue' | 'artifacts' | 'clock' | 'ids'>

interface Claiming {
  readonly ports: ClaimPorts
  readonly config: CoreConfig
  readonly request: ClaimRequest
  readonly signal: AbortSignal
}

/**
 * Gives a job's run to a worker: a new attempt with a lease and a slice of the budget. The same worker asking again for
 * what it holds gets the same answer.
 */
export async function claimRun(ports: ClaimPorts, config: CoreConfig, request: ClaimRequest, signal: AbortSignal): Promise<ClaimReply> {
  const outcome = await ports.store.transaction(async (repositories) => claimIn({ ports, config, request, signal }, repositories))
  if (outcome.run) announceChange(ports, outcome.run)
  if (outcome.kind !== 'claimed') return outcome.reply
  return {
    kind: 'claimed',
    attempt: outcome.run.view.attempt,
    leaseMs: outcome.leaseMs,
    progress: await portable(ports, await readProgress(ports, outcome.run.view.id), signal),
    sliceMicroUsd: outcome.run.sliceMicroUsd,
    sliceTokens: outcome.run.sliceTokens,
  }
}

type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly run: RunRecord; readonly leaseMs: number }
  /** `run`: what the claim made of it, where it changed something. */
  | { readonly kind: 'refused'; readonly reply: Exclude<ClaimReply, { kind: 'claimed' }>; readonly run?: RunRecord }

const gone = (reason: string, run?: RunRecord): ClaimOutcome => ({ kind: 'refused', reply: { kind: 'gone', reason }, ...(run && { run }) })
const busy = (retryMs: number): ClaimOutcome => ({ kind: 'refused', reply: { kind: 'busy', retryMs } })

async function claimIn(claiming: Claiming, repositories: Repositories): Promise<ClaimOutcome> {
  const { ports, request } = claiming
  // The job is read after the run is locked, though both are asked for at once.
  const [locked, job] = await Promise.all([repositories.runs.lock(request.runId), repositories.jobs.findByRun(request.runId)])
  if (!locked || job?.job.id !== request.jobId) return gone('the job is no longer wanted')
  const now = ports.clock.now()
  if (locked.lease && locked.lease.until > now) {
    // What is left and not a whole lease: the worker counts from this question on.
    const left = locked.lease.until.getTime() - now.getTime()
    if (locked.lease.workerId === request.workerId) return { kind: 'claimed', run: locked, leaseMs: left }
    return busy(left)
  }
  if (request.publication < job.publication) return gone('it was published again since')
  const lost = decideCommand(locked.state, { kind: 'lose-attempt', reason: 'its lease ran out' })
  const free = await recordEvents(ports, repositories, locked, decided(lost, now), { actor: 'core', requestId: job.job.requestId })
  if (free.state.status === 'ended') return gone('the run has ended', free)
  // Before money is set aside: a lost attempt with a pending pause leaves the run paused.
  if (free.state.status !== 'queued') return gone(`the run is ${free.state.status}`, free)
  return startAttempt(claiming, repositories, free, job)
}

async function startAttempt({ ports, config, request, signal }: Claiming, repositories: Repositories, free: RunRecord, { job }: JobRecord): Promise<ClaimOutcome> {
  const now = ports.clock.now()
  const taken = await firstSlice(config, repositories, free, await workPinsOf(ports.artifacts).load(free.work, signal), utcDay(now))
  if (taken.kind === 'refused') {
    if (taken.held) {
      // Back into the outbox: a run that waits for money must not keep a slot from one that has some.
      await repositories.jobs.releaseOf(job.runId, new Date(now.getTime() + heldRetryMs))
      return gone('other runs have set aside the money that it needs; it will be tried again', free)
    }
    const failed = decideCommand(free.state, { kind: 'fail', outcome: 'budget', code: 'budget-exhausted', message: refusal(taken.scope) })
    const run = await recordEvents(ports, repositories, free, decided(failed, now), { actor: 'core', requestId: job.requestId })
    return gone(refusal(taken.scope), run)
  }
  const started = decideCommand(taken.run.state, { kind: 'start-attempt', workerId: request.workerId })
  const leaseMs = config.runs.leaseSeconds * 1000
  const until = new Date(now.getTime() + leaseMs)
  const leased = { ...taken.run, lease: { workerId: request.workerId, until }, lastOrdinal: 0 }
  const cause = { actor: `worker:${request.workerId}`, requestId: job.requestId }
  const [run] = await Promise.all([recordEvents(ports, repositories, leased, decided(started, now), cause), repositories.jobs.markClaimed(job.runId)])
  return { kind: 'claimed', run, leaseMs }
}

/** Enough for two calls, for one where two do not fit, and never more than the run has left. */
async function firstSlice(config: CoreConfig, repositories: Repositories, run: RunRecord, work: RunWork, day: string): Promise<Taken> {
  const worst = worstCase({ promptTokens: firstPromptTokens, maxOutputTokens: work.mode.maxOutputTokens }, work.model.price)
  const left = Math.max(0, work.maxCostMicroUsd - run.state.spentMicroUsd)
  const bounded = ({ microUsd, tokens }: Amount): Amount => ({ microUsd: Math.min(microUsd, left), tokens })
  const taken = await takeSlice(config, repositories, run, bounded(sliceFor(worst)), day)
  return taken.kind === 'taken' ? taken : takeSlice(config, repositories, run, bounded(worst), day)
}

/** Folds a run's whole log into what a worker needs to continue it. */
async function readProgress({ store }: Pick<CorePorts, 'store'>, id: RunId): Promise<RunProgress> {
  let view = noProgress
  for await (const event of readStream(store.events, `run.${id}`)) if (isRunEvent(event)) view = foldProgress(view, event)
  return progressOf(view)
}

/** A conversation too large for a message travels by address. */
async function portable({ artifacts }: Pick<CorePorts, 'artifacts'>, progress: RunProgress, signal: AbortSignal): Promise<RunProgress> {
  const json = JSON.stringify(progress.conversation)
  if (json.length <= inlineTextLimit) return progress
  return { ...progress, conversation: await artifacts.put(Buffer.from(json), 'application/json', signal) }
}
