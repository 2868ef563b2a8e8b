import type { ExtendHoldReply, ExtendHoldRequest, PermitEffectReply, PermitEffectRequest } from '@codeforge/contracts/coordination'
import { workPinsOf } from '@codeforge/ports/work-pins'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { refusal, takeSlice, utcDay } from './slices.ts'

/** Sees to it that an attempt's slice holds what its next call may cost. Asking twice takes nothing more. */
export async function extendHold(
  { store, artifacts, clock }: Pick<CorePorts, 'store' | 'artifacts' | 'clock'>, config: CoreConfig, request: ExtendHoldRequest, signal: AbortSignal,
): Promise<ExtendHoldReply> {
  return store.transaction(async (repositories) => {
    const run = await repositories.runs.lock(request.runId)
    if (!run?.state.attemptLive || run.view.attempt !== request.attempt) return { kind: 'refused', reason: 'the attempt is no longer current' }
    const work = await workPinsOf(artifacts).load(run.work, signal)
    const usedTokens = run.view.usage.promptTokens + run.view.usage.completionTokens
    if (work.model.price === null && usedTokens + request.neededTokens > work.maxTokens) {
      return { kind: 'refused', reason: `The run may use ${work.maxTokens} tokens of a model without a price.` }
    }
    const missing = { microUsd: Math.max(0, request.neededMicroUsd - run.sliceMicroUsd), tokens: Math.max(0, request.neededTokens - run.sliceTokens) }
    const taken = await takeSlice(config, repositories, run, missing, utcDay(clock.now()))
    if (taken.kind === 'refused') return { kind: 'refused', reason: refusal(taken.scope) }
    await repositories.runs.save(taken.run)
    return { kind: 'granted', sliceMicroUsd: taken.run.sliceMicroUsd, sliceTokens: taken.run.sliceTokens }
  })
}

/** Says whether an attempt may do something that the outside sees: only the current one, of a run that nobody cancels, with its gates passed. */
export async function permitEffect({ store, clock }: Pick<CorePorts, 'store' | 'clock'>, request: PermitEffectRequest): Promise<PermitEffectReply> {
  return store.transaction(async (repositories) => {
    const run = await repositories.runs.lock(request.runId)
    if (!run?.state.attemptLive || run.view.attempt !== request.attempt) return { permitted: false, reason: 'the attempt is no longer current' }
    if (!run.lease || run.lease.until <= clock.now()) return { permitted: false, reason: 'the lease has run out' }
    if (run.state.cancelReason !== null) return { permitted: false, reason: 'the run is being cancelled' }
    if (request.mode !== run.state.deliver) return { permitted: false, reason: `the run delivers by ${run.state.deliver}` }
    const unproved = run.state.gates.filter((gate) => run.state.passed[gate] !== request.tree)
    if (unproved.length > 0) return { permitted: false, reason: `no passing receipt for this tree from: ${unproved.join(', ')}` }
    return { permitted: true, reason: 'every gate passed for this tree' }
  })
}
