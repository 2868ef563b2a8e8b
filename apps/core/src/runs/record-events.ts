import type { RunEventData } from '@codeforge/contracts/event'
import { EventId, QuestionId } from '@codeforge/contracts/ids'
import type { Actor, RequestId } from '@codeforge/contracts/ids'
import { decideFact } from '@codeforge/domain/run'
import type { RunLifecycle } from '@codeforge/contracts/lifecycle'
import type { Fact, OrdinalFact } from '@codeforge/contracts/fact'
import type { MicroUsd } from '@codeforge/contracts/money'
import { evolveRun } from '@codeforge/domain/run-evolve'
import { projectRun } from '@codeforge/domain/view/run-projection'
import type { Repositories } from '@codeforge/ports/store/store'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { CorePorts } from '../ports.ts'
import { applyConsequences } from './consequences.ts'

export interface PendingEvent {
  readonly data: RunEventData
  /** The attempt that observed it; null for what core decided. */
  readonly attempt: number | null
  readonly at: Date
}

export interface Cause {
  readonly actor: Actor
  readonly requestId: RequestId | null
}

/** What core decided, as events of now. */
export function decided(events: readonly RunLifecycle[], now: Date): PendingEvent[] {
  return events.map((data) => ({ data, attempt: null, at: now }))
}

/**
 * Facts of an attempt, each followed by what core decides of it in the state it leaves behind. Nothing follows the end of
 * the attempt: `accepted` is the ordinal of the last fact that was taken.
 */
export function factsWithDecisions(
  { clock, ids }: Pick<CorePorts, 'clock' | 'ids'>, run: RunRecord, facts: readonly OrdinalFact[],
): { readonly pending: readonly PendingEvent[]; readonly accepted: number } {
  const now = clock.now()
  const context = { now, nextQuestionId: () => QuestionId.parse(ids.next()) }
  const pending: PendingEvent[] = []
  let { state, sliceMicroUsd: slice, lastOrdinal: accepted } = run
  for (const { fact, at, ordinal } of facts) {
    if (!state.attemptLive) break
    accepted = ordinal
    const overrun = overrunOf(slice, fact)
    if ('costMicroUsd' in fact) slice = Math.max(0, slice - fact.costMicroUsd)
    pending.push({ data: fact, attempt: run.state.attempt, at: new Date(at) })
    state = evolveRun(state, fact)
    for (const event of [...overrun, ...decideFact(state, fact, context)]) {
      state = evolveRun(state, event)
      pending.push({ data: event, attempt: null, at: now })
    }
  }
  return { pending, accepted }
}

/** A call that cost more than was set aside is booked all the same, and the run says so; the next call needs a new slice. */
function overrunOf(slice: MicroUsd, fact: Fact): RunLifecycle[] {
  if (!('costMicroUsd' in fact) || fact.costMicroUsd <= slice) return []
  // A model without a known price is limited by tokens: there was nothing to hold, though its endpoint reports a cost.
  if (slice === 0 && fact.kind === 'model.completed' && fact.costSource === 'header') return []
  return [{ kind: 'budget.overrun', heldMicroUsd: slice, costMicroUsd: fact.costMicroUsd }]
}

/**
 * Appends events to a run that this transaction has locked, folds them into its state and projection, and writes
 * what they entail (questions, jobs, artifact entries, budgets). Returns the run as it is saved.
 */
export async function recordEvents(
  ports: Pick<CorePorts, 'ids' | 'clock'>, repositories: Repositories, run: RunRecord, pending: readonly PendingEvent[], cause: Cause,
): Promise<RunRecord> {
  if (pending.length === 0) return run
  const drafts = pending.map(({ data, attempt, at }) => ({ id: EventId.parse(ports.ids.next()), at, attempt, data }))
  const envelopes = await repositories.events.append(`run.${run.view.id}`, run.view.sequence, drafts, {
    tenant: run.view.tenant, actor: cause.actor, requestId: cause.requestId,
  })
  let next = run
  for (const [index, envelope] of envelopes.entries()) {
    const data = pending[index]?.data
    if (!data) throw new Error('the store has answered with more events than it was given')
    const view = projectRun(next.view, data, envelope)
    next = await applyConsequences(ports, repositories, { ...next, view, state: evolveRun(next.state, data) }, envelope, data)
  }
  const saved = { ...next, view: { ...next.view, version: run.view.version + 1 } }
  await repositories.runs.save(saved)
  return saved
}
