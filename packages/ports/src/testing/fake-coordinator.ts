import type { ClaimReply, RenewReply } from '@codeforge/contracts/coordination'
import type { RunEvent, RunEventData } from '@codeforge/contracts/event'
import type { Fact, OrdinalFact } from '@codeforge/contracts/fact'
import { EventId, QuestionId, type RunId, type WorkerId } from '@codeforge/contracts/ids'
import type { RunWork } from '@codeforge/contracts/run-work'
import { decideCommand, decideFact, queuedRun, type RunCommand, type RunState } from '@codeforge/domain/run'
import { evolveRun } from '@codeforge/domain/run-evolve'
import { foldProgress, noProgress, progressOf, type ProgressView } from '@codeforge/domain/view/progress'
import type { Clock } from '../clock.ts'
import type { Coordinator } from '../coordinator.ts'
import type { Ids } from '../ids.ts'

interface HeldRun {
  readonly work: RunWork
  state: RunState
  progress: ProgressView
  events: RunEvent[]
  accepted: number
  workerId: WorkerId | null
  leaseUntil: number
  granted: number
  lateSpend: number
}

export interface FakeCoordinatorOptions {
  readonly clock: Clock
  readonly ids: Ids
  readonly leaseMs?: number
  readonly sliceMicroUsd?: number
  readonly sliceTokens?: number
}

/** A Coordinator in memory that decides as core does, with hands for a test to play the person and the accidents. */
export interface FakeCoordinator extends Coordinator {
  /** Makes a run known, queued. */
  add(work: RunWork): void
  /** What somebody wants of a run: cancel, pause, resume, answer, lose its attempt. */
  command(runId: RunId, command: RunCommand): void
  /** Answers every open question of a run. */
  answerAll(runId: RunId, answer: string, note?: string): void
  state(runId: RunId): RunState
  events(runId: RunId): readonly RunEvent[]
  /** The recorded facts and lifecycle events, by kind. */
  kinds(runId: RunId): readonly string[]
  /** Micro-dollars booked for attempts that were no longer current. */
  lateSpend(runId: RunId): number
  /** While true, every verb fails as if core were away. */
  away: boolean
  /** Told of every recorded fact; what it throws, the worker sees as a failed request after the fact was stored. */
  onRecorded: (fact: Fact) => void
  /** Told of every attempt that starts; in place of a queue. */
  readonly announced: readonly string[]
}

/** Opens an empty one. */
export function fakeCoordinator(options: FakeCoordinatorOptions): FakeCoordinator {
  const { clock, ids, leaseMs = 30_000, sliceMicroUsd = 1_000_000, sliceTokens = 100_000 } = options
  const runs = new Map<RunId, HeldRun>()
  const announced: string[] = []

  const find = (runId: RunId): HeldRun => {
    const run = runs.get(runId)
    if (!run) throw new Error(`no such run: ${runId}`)
    return run
  }
  const append = (runId: RunId, run: HeldRun, data: RunEventData, attempt: number | null): void => {
    const sequence = run.events.length + 1
    const event: RunEvent = {
      id: EventId.parse(ids.next()), version: 1, stream: `run.${runId}`, sequence, position: sequence, tenant: run.work.tenant,
      actor: 'fake', attempt, requestId: null, at: clock.now().toISOString(), kind: data.kind, data,
    }
    run.events.push(event)
    run.state = evolveRun(run.state, data)
    run.progress = foldProgress(run.progress, event)
  }
  const answering = async <Reply>(reply: () => Reply): Promise<Reply> => {
    if (coordinator.away) throw new Error('core is away')
    return reply()
  }
  const commandOf = (run: HeldRun | undefined, attempt: number, workerId: WorkerId | null): RenewReply['command'] => {
    if (!run?.state.attemptLive || run.state.attempt !== attempt || (workerId !== null && run.workerId !== workerId)) return 'lost'
    if (run.state.cancelReason !== null) return 'cancel'
    return run.state.pauseRequested ? 'pause' : 'go'
  }
  const recordOne = (runId: RunId, run: HeldRun, { fact }: OrdinalFact): void => {
    append(runId, run, fact, run.state.attempt)
    const context = { now: clock.now(), nextQuestionId: () => QuestionId.parse(ids.next()) }
    for (const event of decideFact(run.state, fact, context)) append(runId, run, event, null)
  }
  const claimed = (run: HeldRun): ClaimReply => ({
    kind: 'claimed', attempt: run.state.attempt, leaseMs, progress: progressOf(run.progress), sliceMicroUsd, sliceTokens,
  })

  const coordinator: FakeCoordinator = {
    away: false,
    onRecorded: () => undefined,
    announced,
    add(work) {
      const state = queuedRun({ deliver: work.deliver.mode, gates: work.gates.map(({ name }) => name), maxCostMicroUsd: work.maxCostMicroUsd })
      runs.set(work.runId, { work, state, progress: noProgress, events: [], accepted: 0, workerId: null, leaseUntil: 0, granted: sliceMicroUsd, lateSpend: 0 })
    },
    command(runId, command) {
      const run = find(runId)
      for (const event of decideCommand(run.state, command)) append(runId, run, event, null)
    },
    answerAll(runId, answer, note) {
      for (const { id } of find(runId).state.questions) coordinator.command(runId, { kind: 'answer-question', questionId: id, answer, note: note ?? null })
    },
    state: (runId) => find(runId).state,
    events: (runId) => find(runId).events,
    kinds: (runId) => find(runId).events.map(({ kind }) => kind),
    lateSpend: (runId) => find(runId).lateSpend,
    announce: (request) => answering(() => {
      announced.push(`${request.busy}/${request.slots}${request.stopping ? ' stopping' : ''}`)
      return { everyMs: 5000 }
    }),
    claim: ({ runId, workerId }) => answering((): ClaimReply => {
      const run = find(runId)
      if (run.state.status === 'ended') return { kind: 'gone', reason: 'the run has ended' }
      if (run.state.status === 'waiting' || run.state.status === 'paused') return { kind: 'gone', reason: `the run is ${run.state.status}` }
      if (run.state.attemptLive && run.workerId === workerId && run.accepted === 0) return claimed(run)
      if (run.state.attemptLive && clock.monotonic() < run.leaseUntil) return { kind: 'busy', retryMs: 100 }
      if (run.state.attemptLive) coordinator.command(runId, { kind: 'lose-attempt', reason: 'the lease ran out' })
      Object.assign(run, { accepted: 0, workerId, leaseUntil: clock.monotonic() + leaseMs })
      coordinator.command(runId, { kind: 'start-attempt', workerId })
      return run.state.attemptLive ? claimed(run) : { kind: 'gone', reason: 'the run has ended' }
    }),
    renew: ({ runId, attempt, workerId }) => answering(() => {
      const run = runs.get(runId)
      const command = commandOf(run, attempt, workerId)
      if (run && command !== 'lost') run.leaseUntil = clock.monotonic() + leaseMs
      return { command, leaseMs: command === 'lost' ? 0 : leaseMs }
    }),
    async record({ runId, attempt, workerId, facts }) {
      if (coordinator.away) throw new Error('core is away')
      const run = find(runId)
      if (commandOf(run, attempt, workerId) === 'lost') {
        run.lateSpend += facts.reduce((sum, { fact }) => sum + ('costMicroUsd' in fact ? fact.costMicroUsd : 0), 0)
        return { accepted: run.accepted, command: 'lost' }
      }
      const stored: Fact[] = []
      for (const ordinal of facts) {
        if (ordinal.ordinal !== run.accepted + 1) continue
        recordOne(runId, run, ordinal)
        run.accepted = ordinal.ordinal
        stored.push(ordinal.fact)
      }
      for (const fact of stored) coordinator.onRecorded(fact)
      const ended = facts.some(({ fact }) => fact.kind === 'work.ended')
      return { accepted: run.accepted, command: ended ? 'go' : commandOf(run, attempt, workerId) }
    },
    extendHold: ({ runId, neededMicroUsd, neededTokens }) => answering(() => {
      const run = find(runId)
      const tokens = run.progress.progress.usage.promptTokens + run.progress.progress.usage.completionTokens
      const over = run.state.spentMicroUsd + neededMicroUsd > run.work.maxCostMicroUsd || tokens + neededTokens > run.work.maxTokens
      if (over) return { kind: 'refused' as const, reason: 'The budget of the run is used up.' }
      run.granted = Math.max(run.granted, neededMicroUsd)
      return { kind: 'granted' as const, sliceMicroUsd: neededMicroUsd, sliceTokens: neededTokens }
    }),
    recall: () => answering(() => ({ memories: [] })),
    secret: () => answering(() => ({ value: null })),
    permitEffect: ({ runId, attempt, tree }) => answering(() => {
      const run = runs.get(runId)
      if (commandOf(run, attempt, null) !== 'go') return { permitted: false, reason: 'the attempt is no longer current, or to be stopped' }
      const unproved = run?.state.gates.filter((gate) => run.state.passed[gate] !== tree) ?? []
      return unproved.length > 0 ? { permitted: false, reason: `no passing receipt for this tree from: ${unproved.join(', ')}` } : { permitted: true, reason: 'every gate passed for this tree' }
    }),
  }
  return coordinator
}
