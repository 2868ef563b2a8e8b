import type { RunEventData } from '@codeforge/contracts/event'
import { QuestionId } from '@codeforge/contracts/ids'
import type { Actor, RequestId } from '@codeforge/contracts/ids'
import { decideFact } from '@codeforge/domain/run'
import type { RunLifecycle } from '@codeforge/contracts/lifecycle'
import type { Fact, OrdinalFact } from '@codeforge/contracts/fact'
import type { MicroUsd } from '@codeforge/contracts/money'
import { evolveRun } from '@codeforge/domain/run-evolve'
import { projectData } from '@codeforge/domain/view/run-projection'
import type { StreamAppend } from '@codeforge/ports/store/events'
import type { Repositories } from '@codeforge/ports/store/store'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { CorePorts } from '../ports.ts'
import { addConsequences, Consequences } from './consequences.ts'
import { openCalls } from './open-calls.ts'

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
  if (slice === 0 && (fact.kind === 'model.completed' || fact.kind === 'toolcall.spent') && fact.costSource === 'header') return []
  return [{ kind: 'budget.overrun', heldMicroUsd: slice, costMicroUsd: fact.costMicroUsd }]
}

/** Events of one run with the run as they leave it, ready to be written. */
export interface Recording {
  readonly run: RunRecord
  readonly append: StreamAppend
}

/** Folds events into a run that this transaction has locked, and gathers what they entail (questions, jobs, artifact entries, budgets). */
export function foldEvents(
  ports: Pick<CorePorts, 'ids' | 'clock'>, consequences: Consequences, run: RunRecord, pending: readonly PendingEvent[], cause: Cause,
): Recording {
  const drafts = pending.map(({ data, attempt, at }) => ({ id: ports.ids.next(), at, attempt, data }))
  let next = run
  for (const [index, { data, at }] of drafts.entries()) {
    const place = { sequence: run.view.sequence + index + 1, at: at.toISOString(), actor: cause.actor }
    const [view, state] = [projectData(next.view, data, place.at), evolveRun(next.state, data)]
    next = addConsequences(ports, consequences, view === next.view && state === next.state ? next : { ...next, view, state }, place, data)
  }
  const context = { tenant: run.view.tenant, actor: cause.actor, requestId: cause.requestId }
  return {
    run: { ...next, view: { ...next.view, sequence: run.view.sequence + drafts.length, version: run.view.version + 1 } },
    append: { stream: `run.${run.view.id}`, expected: run.view.sequence, drafts, context },
  }
}

/**
 * Writes what was folded, of runs that are all different, with as many statements as for one. `allAsked` is for whoever writes nothing else: where
 * the consequences do not wait for each other, the commit goes out with them.
 */
export async function writeRecordings(repositories: Repositories, recordings: readonly Recording[], consequences: Consequences, allAsked: () => void = () => undefined): Promise<void> {
  if (recordings.length === 0) return
  // Asked for at once: they travel together and are done in this order.
  const writing = Promise.all([
    repositories.events.appendAll(recordings.map(({ append }) => append)),
    repositories.runs.saveAll(recordings.map(({ run }) => run)),
    consequences.apply(repositories),
  ])
  if (consequences.isAsked) allAsked()
  await writing
}

/** Appends events to a run that this transaction has locked, with all that follows from them. Returns the run as it is saved. */
export async function recordEvents(
  ports: Pick<CorePorts, 'ids' | 'clock'>, repositories: Repositories, run: RunRecord, pending: readonly PendingEvent[], cause: Cause,
): Promise<RunRecord> {
  if (pending.length === 0) return run
  const consequences = new Consequences()
  const recording = foldEvents(ports, consequences, run, [...await unknownCosts(repositories, run, pending), ...pending], cause)
  await writeRecordings(repositories, [recording], consequences)
  return recording.run
}

/** The calls under way of an attempt that is lost: nobody can tell what they cost, so each costs what was held for it. What is told of them later counts no more. */
async function unknownCosts(repositories: Repositories, run: RunRecord, pending: readonly PendingEvent[]): Promise<PendingEvent[]> {
  const lost = pending.find(({ data }) => data.kind === 'attempt.lost')
  if (!lost) return []
  const open = await openCalls(repositories, run)
  return open.map(({ holdId, heldMicroUsd }) => ({ data: { kind: 'spend.booked', attempt: run.state.attempt, holdId, costMicroUsd: heldMicroUsd }, attempt: null, at: lost.at }))
}
