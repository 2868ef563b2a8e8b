import type { ClaimRequest } from '@codeforge/contracts/coordination'
import type { RunWork } from '@codeforge/contracts/run-work'
import { decideCommand } from '@codeforge/domain/run'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import { workPinsOf } from '@codeforge/ports/work-pins'
import type { CoreConfig } from '../core-config.ts'
import { firstAmounts, gone, startAttempt, unchangedBy } from './claim-outcome.ts'
import type { ClaimOutcome, ClaimPorts } from './claim-outcome.ts'
import { decided, recordEvents } from './record-events.ts'
import { refusal, takeSlice, utcDay } from './slices.ts'
import type { Taken } from './slices.ts'

/** When a job goes out again where other runs hold the money that this one needs. */
const heldRetryMs = 5000

interface Claiming {
  readonly ports: ClaimPorts
  readonly config: CoreConfig
  readonly request: ClaimRequest
  readonly signal: AbortSignal
}

/** Claims a run in a transaction of its own, which looks at each answer: where an attempt was lost before, or money is short. */
export async function claimAlone(ports: ClaimPorts, config: CoreConfig, request: ClaimRequest, signal: AbortSignal): Promise<ClaimOutcome> {
  return ports.store.transaction(async (repositories) => claimIn({ ports, config, request, signal }, repositories))
}

async function claimIn(claiming: Claiming, repositories: Repositories): Promise<ClaimOutcome> {
  const { ports, request } = claiming
  // The job is read after the run is locked, though both are asked for at once.
  const [locked, known] = await Promise.all([repositories.runs.lock(request.runId), repositories.jobs.findByRun(request.runId)])
  const now = ports.clock.now()
  const found = unchangedBy(request, locked, known, now)
  if ('outcome' in found) return found.outcome
  const { run, job } = found
  const lost = decideCommand(run.state, { kind: 'lose-attempt', reason: 'its lease ran out' })
  const free = await recordEvents(ports, repositories, run, decided(lost, now), { actor: 'core', requestId: job.job.requestId })
  if (free.state.status === 'ended') return gone('the run has ended', free)
  // Before money is set aside: a lost attempt with a pending pause leaves the run paused.
  if (free.state.status !== 'queued') return gone(`the run is ${free.state.status}`, free)
  return beginAttempt(claiming, repositories, free, job)
}

async function beginAttempt({ ports, config, request, signal }: Claiming, repositories: Repositories, free: RunRecord, job: JobRecord): Promise<ClaimOutcome> {
  const now = ports.clock.now()
  const taken = await firstSlice(config, repositories, free, await workPinsOf(ports.artifacts).load(free.work, signal), utcDay(now))
  if (taken.kind === 'refused') {
    if (taken.held) {
      // Back into the outbox: a run that waits for money must not keep a slot from one that has some.
      await repositories.jobs.releaseOf(free.view.id, new Date(now.getTime() + heldRetryMs))
      return gone('other runs have set aside the money that it needs; it will be tried again', free)
    }
    const failed = decideCommand(free.state, { kind: 'fail', outcome: 'budget', code: 'budget-exhausted', message: refusal(taken.scope) })
    const run = await recordEvents(ports, repositories, free, decided(failed, now), { actor: 'core', requestId: job.job.requestId })
    return gone(refusal(taken.scope), run)
  }
  const { leased, pending, cause, ...claimed } = startAttempt(config, request, taken.run, job, now)
  const [run] = await Promise.all([recordEvents(ports, repositories, leased, pending, cause), repositories.jobs.markClaimed([free.view.id])])
  return { kind: 'claimed', run, ...claimed }
}

async function firstSlice(config: CoreConfig, repositories: Repositories, run: RunRecord, work: RunWork, day: string): Promise<Taken> {
  const { two, one } = firstAmounts(run, work)
  const taken = await takeSlice(config, repositories, run, two, day)
  return taken.kind === 'taken' ? taken : takeSlice(config, repositories, run, one, day)
}
