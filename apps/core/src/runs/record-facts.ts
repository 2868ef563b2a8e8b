import type { RecordReply, RecordRequest, RenewReply, RenewRequest } from '@codeforge/contracts/coordination'
import type { Fact } from '@codeforge/contracts/fact'
import type { RunState } from '@codeforge/domain/run'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
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
  const fresh = request.facts.filter(({ ordinal }) => ordinal > run.lastOrdinal)
  const next = fresh.filter(({ ordinal }, index) => ordinal === run.lastOrdinal + 1 + index)
  if (next.length === 0) return { run: null, reply: { accepted: run.lastOrdinal, command: commandFor(run.state) } }
  const accepted = next.at(-1)!.ordinal
  const pending = factsWithDecisions(ports, run, next)
  const cause = { actor: `worker:${request.workerId}`, requestId: null }
  const saved = await recordEvents(ports, repositories, { ...run, lastOrdinal: accepted }, pending, cause)
  return { run: saved, reply: { accepted, command: commandFor(saved.state) } }
}

async function refuse(ports: RecordPorts, repositories: Repositories, run: RunRecord, request: RecordRequest): Promise<Recorded> {
  // The last batch of an attempt that ended in order may come twice: its answer was lost.
  if (run.view.attempt === request.attempt && lastOrdinal(request) <= run.lastOrdinal) {
    return { run: null, reply: { accepted: run.lastOrdinal, command: 'go' } }
  }
  let current = run
  const now = ports.clock.now()
  for (const { fact } of request.facts) {
    if (!isSpend(fact) || fact.costMicroUsd === 0 || await alreadyBooked(repositories, run, fact.holdId)) continue
    await bookLateSpend(repositories, current, fact.costMicroUsd, utcDay(now))
    const booked = { kind: 'spend.booked' as const, attempt: request.attempt, holdId: fact.holdId, costMicroUsd: fact.costMicroUsd }
    current = await recordEvents(ports, repositories, current, decided([booked], now), { actor: 'core', requestId: null })
  }
  return { run: current === run ? null : current, reply: { accepted: lastOrdinal(request), command: 'lost' } }
}

function isSpend(fact: Fact): fact is Extract<Fact, { kind: 'model.completed' | 'model.failed' }> {
  return fact.kind === 'model.completed' || fact.kind === 'model.failed'
}

/** Reads the whole log, since it is rare: only for facts of an attempt that lost its run. */
async function alreadyBooked({ events }: Repositories, run: RunRecord, holdId: string): Promise<boolean> {
  for (let after = 0; ;) {
    const page = await events.read(`run.${run.view.id}`, after, 500)
    const booked = page.some(({ data }) =>
      (data.kind === 'model.completed' || data.kind === 'model.failed' || data.kind === 'spend.booked') && data.holdId === holdId)
    if (booked) return true
    if (page.length < 500) return false
    after = page.at(-1)!.sequence
  }
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
  return facts.at(-1)!.ordinal
}
