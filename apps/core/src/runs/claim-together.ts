import type { ClaimRequest } from '@codeforge/contracts/coordination'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { RunId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import { workPinsOf } from '@codeforge/ports/work-pins'
import type { CoreConfig } from '../core-config.ts'
import { together } from '../together.ts'
import type { Outcome } from '../together.ts'
import { announceChanges } from './announce-change.ts'
import { firstAmounts, startAttempt, unchangedBy } from './claim-outcome.ts'
import type { ClaimOutcome, ClaimPorts } from './claim-outcome.ts'
import { Consequences } from './consequences.ts'
import type { FreshRun, FreshRuns } from './fresh-runs.ts'
import { foldEvents, writeRecordings } from './record-events.ts'
import type { Recording } from './record-events.ts'
import { Holds, utcDay } from './slices.ts'

/** Longest wait for the artifact store. */
const storeMs = 30_000

/** Claims a run; null where it must be claimed alone. */
export type QuickClaim = (request: ClaimRequest) => Promise<ClaimOutcome | null>

/**
 * Claims as nearly all are: nobody has the run, and there is money. Those that come at the same time share a transaction of two round trips, the
 * commit among the second, and of one where this core has just accepted all of them. Purses, which all runs of a tenant share, are locked last and only until then.
 */
export function openQuickClaims(ports: ClaimPorts, config: CoreConfig, freshRuns: FreshRuns): QuickClaim {
  return together({ most: 32, batches: 2 }, async (requests) => {
    const outcomes = await claimAll(ports, config, requests, freshRuns.take(requests))
    announceChanges(ports, outcomes.flatMap((outcome) => (outcome?.kind === 'claimed' && outcome.isNew ? [outcome.run] : [])))
    return outcomes.map((result): Outcome<ClaimOutcome | null> => ({ kind: 'done', result }))
  })
}

async function claimAll(ports: ClaimPorts, config: CoreConfig, requests: readonly ClaimRequest[], fresh: readonly FreshRun[] | null): Promise<readonly (ClaimOutcome | null)[]> {
  try {
    return await ports.store.transaction(async (repositories, allAsked) => claimIn(ports, config, { repositories, allAsked }, requests, fresh))
  } catch (error) {
    if (!(error instanceof CodeForgeError)) throw error
    // What is remembered no longer holds.
    if (error.code === 'stale-version' && fresh) return claimAll(ports, config, requests, null)
    // Of which run there is too little for, each finds out alone.
    if (error.code === 'budget-exhausted') return requests.map(() => null)
    throw error
  }
}

interface Open {
  readonly repositories: Repositories
  allAsked(this: void): void
}

async function claimIn(
  ports: ClaimPorts, config: CoreConfig, { repositories, allAsked }: Open, requests: readonly ClaimRequest[], fresh: readonly FreshRun[] | null,
): Promise<readonly (ClaimOutcome | null)[]> {
  const found = fresh ? foundOf(fresh) : await findClaimed(repositories, requests)
  const now = ports.clock.now()
  const claiming = { ports, config, now, holds: new Holds(config, found.projects, utcDay(now)), consequences: new Consequences(), recordings: [] }
  const outcomes: (ClaimOutcome | null)[] = []
  for (const request of requests) outcomes.push(await claimOne(claiming, request, found))
  const locked = fresh && repositories.acceptances.lockAll(fresh, found.projects)
  const writing = write(claiming, repositories, allAsked)
  writing.catch(() => undefined) // where the lock was refused, this fails with it
  await locked
  await writing
  return outcomes
}

interface Found {
  readonly projects: readonly Project[]
  /** Those that no request of the batch has asked for yet. */
  readonly runs: Map<RunId, RunRecord | null>
  readonly jobs: ReadonlyMap<RunId, JobRecord>
}

/** What is remembered in place of what would be read; it is locked as such before anything is written. */
function foundOf(fresh: readonly FreshRun[]): Found {
  return {
    projects: [...new Map(fresh.map(({ project }) => [project.id, project])).values()],
    runs: new Map(fresh.map(({ run }) => [run.view.id, run])),
    jobs: new Map(fresh.map(({ run, job }) => [run.view.id, job])),
  }
}

/** Locks the runs that are asked for. Their jobs are read after that, though all is asked for at once. */
async function findClaimed({ runs, jobs, projects }: Repositories, requests: readonly ClaimRequest[]): Promise<Found> {
  const ids = requests.map(({ runId }) => runId)
  const [locked, waiting, owners] = await Promise.all([runs.lockAll(ids), jobs.findByRuns(ids), projects.ofRuns(ids)])
  const found = new Map<RunId, RunRecord | null>(ids.map((id) => [id, null]))
  for (const run of locked) found.set(run.view.id, run)
  return { projects: owners, runs: found, jobs: new Map(waiting.map((job) => [job.job.runId, job])) }
}

interface Claiming {
  readonly ports: ClaimPorts
  readonly config: CoreConfig
  readonly now: Date
  readonly holds: Holds
  readonly consequences: Consequences
  readonly recordings: Recording[]
}

/** The outcome of one claim; what there is to write for it is gathered. */
async function claimOne({ ports, config, now, holds, consequences, recordings }: Claiming, request: ClaimRequest, { runs, jobs }: Found): Promise<ClaimOutcome | null> {
  const locked = runs.get(request.runId)
  // Asked for twice: the second is answered by what the first one leaves.
  if (locked === undefined) return null
  runs.delete(request.runId)
  const found = unchangedBy(request, locked, jobs.get(request.runId) ?? null, now)
  if ('outcome' in found) return found.outcome
  const { run, job } = found
  if (run.state.status !== 'queued' || run.state.attemptLive) return null
  const work = await workPinsOf(ports.artifacts).load(run.work, AbortSignal.timeout(storeMs))
  const { leased, pending, cause, ...claimed } = startAttempt(config, request, holds.take(run, firstAmounts(run, work).two), job, now)
  const recording = foldEvents(ports, consequences, leased, pending, cause)
  recordings.push(recording)
  return { kind: 'claimed', run: recording.run, ...claimed }
}

async function write({ recordings, consequences, holds }: Claiming, repositories: Repositories, allAsked: () => void): Promise<void> {
  if (recordings.length === 0) return
  const writing = Promise.all([
    writeRecordings(repositories, recordings, consequences),
    repositories.jobs.markClaimed(recordings.map(({ run }) => run.view.id)),
    repositories.budgets.holdAll(holds.list()),
  ])
  allAsked()
  await writing
}
