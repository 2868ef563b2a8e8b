import type { RecordReply, RecordRequest, RenewReply, RenewRequest } from '@codeforge/contracts/coordination'
import type { Fact, OrdinalFact } from '@codeforge/contracts/fact'
import type { HoldId } from '@codeforge/contracts/ids'
import type { RunState } from '@codeforge/domain/run'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { readStream } from '../read-stream.ts'
import { together } from '../together.ts'
import { announceChanges } from './announce-change.ts'
import { Consequences } from './consequences.ts'
import { decided, factsWithDecisions, foldEvents, recordEvents, writeRecordings } from './record-events.ts'
import type { Recording } from './record-events.ts'

type RecordPorts = Pick<CorePorts, 'store' | 'queue' | 'clock' | 'ids'>

/** Facts of one transaction: with more, those that came in step would stay in step, and this process wait for the database and the database for it. */
const heaviest = 250

/** Records what attempts observed; batches of different runs that come at the same time share a transaction. */
export type FactRecorder = (request: RecordRequest) => Promise<RecordReply>

/**
 * Of each attempt only the next ordinals are taken, under the run's row lock, with what core decides of them, in
 * one transaction. Facts of an attempt that is no longer current are refused, except what they spent.
 */
export function openFactRecorder(ports: RecordPorts): FactRecorder {
  return together({ most: 16, batches: 3, weight: { most: heaviest, of: ({ facts }) => facts.length } }, async (requests) => {
    const recorded = await ports.store.transaction(async (repositories, allAsked) => {
      const all: Recorded[] = []
      const rounds = roundsOf(requests)
      for (const round of rounds) all.push(...await recordRound(ports, repositories, round, round === rounds.at(-1) ? allAsked : undefined))
      return new Map(all.map((one) => [one.request, one]))
    })
    announceChanges(ports, [...recorded.values()].flatMap(({ run }) => run ?? []))
    return requests.map((request) => {
      const one = recorded.get(request)
      return one ? { kind: 'done', result: one.reply } : { kind: 'refused', error: new Error('facts came to no outcome') }
    })
  })
}

/** Requests in rounds that name each run once: a second batch of a run sees what the first one left. */
function roundsOf(requests: readonly RecordRequest[]): RecordRequest[][] {
  const rounds: RecordRequest[][] = []
  for (const request of requests) {
    const round = rounds.find((one) => one.every(({ runId }) => runId !== request.runId))
    if (round) round.push(request)
    else rounds.push([request])
  }
  return rounds
}

async function recordRound(ports: RecordPorts, repositories: Repositories, requests: readonly RecordRequest[], allAsked?: () => void): Promise<Recorded[]> {
  const locked = new Map((await repositories.runs.lockAll(requests.map(({ runId }) => runId))).map((run) => [run.view.id, run]))
  const consequences = new Consequences()
  const recordings: Recording[] = []
  const recorded: Recorded[] = []
  for (const request of requests) {
    const run = locked.get(request.runId)
    if (!run) recorded.push({ request, run: null, reply: { accepted: lastOrdinal(request), command: 'lost' } })
    else if (!isCurrent(run, request)) recorded.push({ request, ...await refuse(ports, repositories, run, request) })
    else {
      const { recording, reply } = accept(ports, consequences, run, request)
      if (recording) recordings.push(recording)
      recorded.push({ request, run: recording?.run ?? null, reply })
    }
  }
  await writeRecordings(repositories, recordings, consequences, allAsked)
  return recorded
}

interface Recorded {
  readonly request: RecordRequest
  readonly run: RunRecord | null
  readonly reply: RecordReply
}

function isCurrent(run: RunRecord, { attempt, workerId }: Pick<RecordRequest, 'attempt' | 'workerId'>): boolean {
  return run.state.attemptLive && run.view.attempt === attempt && run.lease?.workerId === workerId
}

function accept(ports: RecordPorts, consequences: Consequences, run: RunRecord, request: RecordRequest): { readonly recording: Recording | null; readonly reply: RecordReply } {
  const { pending, accepted } = factsWithDecisions(ports, run, nextFacts(run.lastOrdinal, request.facts))
  if (pending.length === 0) return { recording: null, reply: { accepted: run.lastOrdinal, command: commandFor(run.state) } }
  const cause = { actor: `worker:${request.workerId}`, requestId: null }
  const recording = foldEvents(ports, consequences, { ...run, lastOrdinal: accepted }, pending, cause)
  return { recording, reply: { accepted, command: commandFor(recording.run.state) } }
}

/** The facts that follow without a gap; what core has already is left out. */
function nextFacts(last: number, facts: readonly OrdinalFact[]): OrdinalFact[] {
  const next: OrdinalFact[] = []
  for (const fact of facts) if (fact.ordinal === last + next.length + 1) next.push(fact)
  return next
}

async function refuse(ports: RecordPorts, repositories: Repositories, run: RunRecord, request: RecordRequest): Promise<Omit<Recorded, 'request'>> {
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
    const booked = { kind: 'spend.booked' as const, attempt: request.attempt, holdId: fact.holdId, costMicroUsd: fact.costMicroUsd }
    current = await recordEvents(ports, repositories, current, decided([booked], now), { actor: 'core', requestId: null })
  }
  return { run: current === run ? null : current, reply: { accepted: lastOrdinal(request), command: 'lost' } }
}

function isSpend(fact: Fact): fact is Extract<Fact, { kind: 'model.completed' | 'model.failed' | 'toolcall.spent' }> {
  return fact.kind === 'model.completed' || fact.kind === 'model.failed' || fact.kind === 'toolcall.spent'
}

/** The holds whose cost the run's log has already. Reads all of it, since it is rare: only for spend of an attempt that lost its run. */
async function bookedHolds({ events }: Repositories, run: RunRecord, { facts }: RecordRequest): Promise<Set<HoldId>> {
  const holds = new Set<HoldId>()
  if (!facts.some(({ fact }) => isSpend(fact))) return holds
  for await (const { data } of readStream(events, `run.${run.view.id}`)) {
    if (data.kind === 'spend.booked' || data.kind === 'toolcall.spent' || data.kind === 'model.completed' || data.kind === 'model.failed') holds.add(data.holdId)
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
