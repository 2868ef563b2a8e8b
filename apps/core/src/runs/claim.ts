import type { ClaimReply, ClaimRequest, RunProgress } from '@codeforge/contracts/coordination'
import { inlineTextLimit } from '@codeforge/contracts/blob'
import type { RunId } from '@codeforge/contracts/ids'
import { decideCommand } from '@codeforge/domain/run'
import { isRunEvent } from '@codeforge/contracts/event'
import { foldProgress, noProgress, progressOf } from '@codeforge/domain/view/progress'
import { sliceFor, worstCase } from '@codeforge/domain/budget'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { announceChange } from './announce-change.ts'
import { loadWork } from './work.ts'
import { decided, recordEvents } from './record-events.ts'
import { refusal, takeSlice, utcDay } from './slices.ts'

/** Prompt tokens that the first slice is made for; longer prompts ask for more. */
const firstPromptTokens = 8000

type ClaimPorts = Pick<CorePorts, 'store' | 'queue' | 'artifacts' | 'clock' | 'ids'>

/**
 * Gives a job's run to a worker: a new attempt with a lease and a slice of the budget. The same worker asking again for
 * what it holds gets the same answer.
 */
export async function claimRun(ports: ClaimPorts, config: CoreConfig, request: ClaimRequest, signal: AbortSignal): Promise<ClaimReply> {
  const outcome = await ports.store.transaction(async (repositories) => claimIn(ports, config, repositories, request, signal))
  if (outcome.kind !== 'claimed') return outcome
  announceChange(ports, outcome.run)
  return {
    kind: 'claimed',
    attempt: outcome.run.view.attempt,
    leaseMs: config.runs.leaseSeconds * 1000,
    progress: await portable(ports, await readProgress(ports, outcome.run.view.id), signal),
    sliceMicroUsd: outcome.run.sliceMicroUsd,
    sliceTokens: outcome.run.sliceTokens,
  }
}

type ClaimOutcome = Exclude<ClaimReply, { kind: 'claimed' }> | { readonly kind: 'claimed'; readonly run: RunRecord }

async function claimIn(
  ports: ClaimPorts, config: CoreConfig, repositories: Repositories, request: ClaimRequest, signal: AbortSignal,
): Promise<ClaimOutcome> {
  const locked = await repositories.runs.lock(request.runId)
  const job = await repositories.jobs.get(request.jobId)
  if (!locked || !job) return { kind: 'gone', reason: 'the job is no longer wanted' }
  const now = ports.clock.now()
  if (locked.lease && locked.lease.until > now) {
    if (locked.lease.workerId === request.workerId) return { kind: 'claimed', run: locked }
    return { kind: 'busy', retryMs: locked.lease.until.getTime() - now.getTime() }
  }
  if (request.publication < job.publication) return { kind: 'gone', reason: 'it was published again since' }
  return startAttempt(ports, config, repositories, locked, job, request, signal)
}

async function startAttempt(
  ports: ClaimPorts, config: CoreConfig, repositories: Repositories, locked: RunRecord, job: JobRecord, request: ClaimRequest, signal: AbortSignal,
): Promise<ClaimOutcome> {
  const now = ports.clock.now()
  const cause = { actor: `worker:${request.workerId}`, requestId: job.job.requestId }
  const lost = decideCommand(locked.state, { kind: 'lose-attempt', reason: 'its lease ran out' })
  const free = await recordEvents(ports, repositories, locked, decided(lost, now), { ...cause, actor: 'core' })
  if (free.state.status === 'ended') return { kind: 'gone', reason: 'the run has ended' }
  // Before money is set aside: a lost attempt with a pending pause leaves the run paused.
  if (free.state.status !== 'queued') return { kind: 'gone', reason: `the run is ${free.state.status}` }
  const work = await loadWork(ports, free.work, signal)
  const slice = sliceFor(worstCase({ promptTokens: firstPromptTokens, maxOutputTokens: work.mode.maxOutputTokens }, work.model.price))
  const left = Math.max(0, work.maxCostMicroUsd - free.state.spentMicroUsd)
  const taken = await takeSlice(config, repositories, free, Math.min(slice.microUsd, left), slice.tokens, utcDay(now))
  if ('refused' in taken) {
    const failed = decideCommand(free.state, { kind: 'fail', outcome: 'budget', code: 'budget-exhausted', message: refusal(taken.refused) })
    await recordEvents(ports, repositories, free, decided(failed, now), { ...cause, actor: 'core' })
    return { kind: 'gone', reason: refusal(taken.refused) }
  }
  const started = decideCommand(taken.run.state, { kind: 'start-attempt', workerId: request.workerId })
  if (started.length === 0) return { kind: 'gone', reason: `the run is ${free.state.status}` }
  const until = new Date(now.getTime() + config.runs.leaseSeconds * 1000)
  const leased = { ...taken.run, lease: { workerId: request.workerId, until }, lastOrdinal: 0 }
  const run = await recordEvents(ports, repositories, leased, decided(started, now), cause)
  await repositories.jobs.markClaimed(job.job.id)
  return { kind: 'claimed', run }
}

/** Folds a run's whole log into what a worker needs to continue it. */
async function readProgress({ store }: Pick<CorePorts, 'store'>, id: RunId): Promise<RunProgress> {
  let view = noProgress
  let after = 0
  for (;;) {
    const page = await store.events.read(`run.${id}`, after, 500)
    for (const event of page) if (isRunEvent(event)) view = foldProgress(view, event)
    if (page.length < 500) return progressOf(view)
    after = page.at(-1)!.sequence
  }
}

/** A conversation too large for a message travels by address. */
async function portable({ artifacts }: Pick<CorePorts, 'artifacts'>, progress: RunProgress, signal: AbortSignal): Promise<RunProgress> {
  const json = JSON.stringify(progress.conversation)
  if (json.length <= inlineTextLimit) return progress
  return { ...progress, conversation: await artifacts.put(Buffer.from(json), 'application/json', signal) }
}
