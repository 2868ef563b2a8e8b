import type { RecordReply, RecordRequest, RenewReply, RenewRequest } from '@codeforge/contracts/coordination'
import type { Fact, OrdinalFact } from '@codeforge/contracts/fact'
import type { HoldId } from '@codeforge/contracts/ids'
import type { RunState } from '@codeforge/domain/run'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { readStream } from '../read-stream.ts'
import { announceChange } from './announce-change.ts'
import { decided, factsWithDecisions, recordEvents } from './record-events.ts'
import { bookLateSpend, utcDay } from './slices.ts'

type RecordPorts = Pick<CorePorts, 'store' | 'queue' | 'clock' | 'ids'>

/**
 * Records what an attempt observed: only the next ordinals, under the run's row lock, and what core decides of them, in
 * one transaction. Facts of an attempt that is no longer current are refused, except what they spent.
 */
export async function recordFacts(ports: RecordPorts, request: RecordRequest): Promise<RecordReply> {
  const { run, reply } = await ports.store.transaction(async (repositories) => {
    const locked = await repositories.runs.lock(request.runId)
    if (!locked) return { run: null, reply: { accepted: lastOrdinal(request), command: 'lost' as const } }
    if (!isCurrent(locked, request)) return refuse(ports, repositories, locked, request)
    return accept(ports, repositories, locked, request)
  })
  if (run) announceChange(ports, run)
  return reply
}

interface Recorded {
  readonly run: RunRecord | null
  readonly reply: RecordReply
}

function isCurrent(run: RunRecord, { attempt, workerId }: Pick<RecordRequest, 'attempt' | 'workerId'>): boolean {
  return run.state.attemptLive && run.view.attempt === attempt && run.lease?.workerId === workerId
}

async function accept(ports: RecordPorts, repositories: Repositories, run: RunRecord, request: RecordRequest): Promise<Recorded> {
  const { pending, accepted } = factsWithDecisions(ports, run, nextFacts(run.lastOrdinal, request.facts))
  if (pending.length === 0) return { run: null, reply: { accepted: run.lastOrdinal, command: commandFor(run.state) } }
  const cause = { actor: `worker:${request.workerId}`, requestId: null }
  const saved = await recordEvents(ports, repositories, { ...run, lastOrdinal: accepted }, pending, cause)
  return { run: saved, reply: { accepted, command: commandFor(saved.state) } }
}

/** The facts that follow without a gap; what core has already is left out. */
function nextFacts(last: number, facts: readonly OrdinalFact[]): OrdinalFact[] {
  const next: OrdinalFact[] = []
  for (const fact of facts) if (fact.ordinal === last + next.length + 1) next.push(fact)
  return next
}

async function refuse(ports: RecordPorts, repositories: Repositories, run: RunRecord, request: RecordRequest): Promise<Recorded> {
  // The last batch of an attempt that ended in order may come twice: its answer was lost.
  if (run.view.attempt === request.attempt && lastOrdinal(request) <= run.lastOrdinal) {
    return { run: null, reply: { accepted: run.lastOrdinal, command: 'go' } }
  }
  let current = run
  const now = ports.clock.now()
  const known = await bookedHolds(repositories, run, request)
  for (const { fact } of request.facts) {
    if (!isSpend(fact) || fact.costMicroUsd === 0 || known.has(fact.holdId)) continue
    known.add(fact.holdId)
    await bookLateSpend(repositories, current, fact.costMicroUsd, utcDay(now))
    const booked = { kind: 'spend.booked' as const, attempt: request.attempt, holdId: fact.holdId, costMicroUsd: fact.costMicroUsd }
    current = await recordEvents(ports, repositories, current, decided([booked], now), { actor: 'core', requestId: null })
  }
  return { run: current === run ? null : current, reply: { accepted: lastOrdinal(request), command: 'lost' } }
}

function isSpend(fact: Fact): fact is Extract<Fact, { kind: 'model.completed' | 'model.failed' }> {
  return fact.kind === 'model.completed' || fact.kind === 'model.failed'
}

/** The holds whose cost the run's log has already. Reads all of it, since it is rare: only for spend of an attempt that lost its run. */
async function bookedHolds({ events }: Repositories, run: RunRecord, { facts }: RecordRequest): Promise<Set<HoldId>> {
  const holds = new Set<HoldId>()
  if (!facts.some(({ fact }) => isSpend(fact))) return holds
  for await (const { data } of readStream(events, `run.${run.view.id}`)) {
    if (data.kind === 'model.completed' || data.kind === 'model.failed' || data.kind === 'spend.booked') holds.add(data.holdId)
  }
  return holds
}

/** Extends the lease of the attempt that holds the run, and tells its worker what to do. */
export async function renewLease(ports: RecordPorts, config: CoreConfig, request: RenewRequest): Promise<RenewReply> {
  const leaseMs = config.runs.leaseSeconds * 1000
  const until = new Date(ports.clock.now().getTime() + leaseMs)
  const renewed = await ports.store.runs.renew(request.runId, request.attempt, request.workerId, until)
  if (!renewed) return { command: 'lost', leaseMs: 0 }
  const run = await ports.store.runs.get(request.runId)
  if (!run || !isCurrent(run, request)) return { command: 'lost', leaseMs: 0 }
  return { command: commandFor(run.state), leaseMs }
}

function commandFor(state: RunState): 'go' | 'pause' | 'cancel' {
  if (state.status === 'ended') return 'go'
  if (state.cancelReason !== null) return 'cancel'
  return state.pauseRequested ? 'pause' : 'go'
}

function lastOrdinal({ facts }: RecordRequest): number {
  return facts.at(-1)?.ordinal ?? 0
}
