import type { ClaimReply, ClaimRequest, RunProgress } from '@codeforge/contracts/coordination'
import { inlineTextLimit } from '@codeforge/contracts/blob'
import { isRunEvent } from '@codeforge/contracts/event'
import type { RunId } from '@codeforge/contracts/ids'
import { foldProgress, noProgress, progressOf } from '@codeforge/domain/view/progress'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { readStream } from '../read-stream.ts'
import { announceChange } from './announce-change.ts'
import { claimAlone } from './claim-alone.ts'
import type { ClaimPorts } from './claim-outcome.ts'
import { openQuickClaims } from './claim-together.ts'
import type { FreshRuns } from './fresh-runs.ts'

/**
 * Gives a job's run to a worker: a new attempt with a lease and a slice of the budget. The same worker asking again for
 * what it holds gets the same answer.
 */
export type RunClaims = (request: ClaimRequest, signal: AbortSignal) => Promise<ClaimReply>

/** Claims runs; nearly all of them together with others that come at the same time. */
export function openRunClaims(ports: ClaimPorts, config: CoreConfig, freshRuns: FreshRuns): RunClaims {
  const claimQuickly = openQuickClaims(ports, config, freshRuns)
  return async (request, signal) => {
    const quick = await claimQuickly(request)
    const outcome = quick ?? await claimAlone(ports, config, request, signal)
    if (!quick && outcome.run) announceChange(ports, outcome.run)
    if (outcome.kind !== 'claimed') return outcome.reply
    const { run, leaseMs, isFirst } = outcome
    const progress = isFirst ? progressOf(noProgress) : await portable(ports, await readProgress(ports, run.view.id), signal)
    return { kind: 'claimed', attempt: run.view.attempt, leaseMs, progress, sliceMicroUsd: run.sliceMicroUsd, sliceTokens: run.sliceTokens }
  }
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
