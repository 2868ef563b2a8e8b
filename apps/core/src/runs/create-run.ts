import type { Digest } from '@codeforge/contracts/blob'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { PoolName } from '@codeforge/contracts/job'
import type { Acceptance } from '@codeforge/ports/store/acceptances'
import type { StreamAppend } from '@codeforge/ports/store/events'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories, Store } from '@codeforge/ports/store/store'
import type { CoreConfig } from '../core-config.ts'
import type { Room } from '../outlet.ts'
import type { CorePorts } from '../ports.ts'
import { attempted, attemptedNow } from '../together.ts'
import type { Outcome } from '../together.ts'
import { admissionBy, readGrounds } from './admission.ts'
import type { Grounds } from './admission.ts'
import type { FreshRun } from './fresh-runs.ts'
import { alikeBefore, anotherOf, prepareRun } from './prepare-run.ts'
import type { Prepared, RunRequest } from './prepare-run.ts'

type CreatePorts = Pick<CorePorts, 'artifacts' | 'clock' | 'ids' | 'policies' | 'modes' | 'maintenance'>

/** Accepts a run: pins what it works with, and stores run, first event and job. The caller's transaction makes it one; the signal ends the wait for the artifact store. */
export async function createRun(
  ports: CreatePorts, config: CoreConfig, repositories: Repositories, request: RunRequest, signal: AbortSignal,
): Promise<RunRecord> {
  const { outcomes: [outcome] } = await createRuns(ports, config, repositories, [request], alone, signal)
  if (!outcome) throw new Error('a request came to no outcome')
  if (outcome.kind === 'refused') throw outcome.error
  return outcome.result
}

/** What became of several requests, and the jobs that are stored as published: the caller publishes them once they are stored for good. */
export interface Created {
  readonly outcomes: readonly Outcome<RunRecord>[]
  /** What is pinned with them that was not known to be. */
  readonly digests: readonly Digest[]
  readonly published: readonly JobRecord[]
  /** The runs with these jobs, where all of them are published. */
  readonly fresh: readonly FreshRun[]
}

/** What several requests are accepted by. */
export interface CreateOptions {
  /** What may go out now of so many wanted jobs; null where nobody can say. */
  room(this: void, jobs: Repositories['jobs'], wanted: number): Promise<Room | null>
  /** Digests that are known to be pinned for good. */
  readonly known: ReadonlySet<Digest>
  /** What was read for others a moment ago and holds for these; what is accepted by it is stored only where the projects have not changed since. */
  readonly grounds?: Promise<Grounds> | undefined
  /** For what needs one; null where all is done in the caller's. */
  readonly transaction: Store['transaction'] | null
}

const alone: CreateOptions = { room: async () => null, known: new Set(), transaction: null }

/** The same for several, with as many round trips as for one. One that is refused does not keep the others from being stored. */
export async function createRuns(
  ports: CreatePorts, config: CoreConfig, repositories: Repositories, requests: readonly RunRequest[], options: CreateOptions, signal: AbortSignal,
): Promise<Created> {
  const [grounds, room] = await Promise.all([options.grounds ?? readGrounds(ports, config, repositories, requests), options.room(repositories.jobs, requests.length)])
  const admission = admissionBy(grounds, config, repositories)
  const now = ports.clock.now()
  const preparing = { ports, config, now, signal, first: new Map<string, Prepared>() }
  const prepared: Outcome<Prepared>[] = []
  for (const request of requests) {
    const like = alikeBefore(preparing, request)
    prepared.push(like ? attemptedNow(() => anotherOf(like, ports.ids, admission.judge(request), request)) : await attempted(async () => prepareRun(preparing, await admission.admit(request), request)))
  }
  const accepted = prepared.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.result] : []))
  const outcomes = prepared.map((outcome): Outcome<RunRecord> => (outcome.kind === 'done' ? { kind: 'done', result: outcome.result.acceptance.run } : outcome))
  const digests = [...new Set(accepted.flatMap((one) => one.digests))].filter((digest) => !options.known.has(digest))
  const tenant = accepted[0]?.acceptance.run.view.tenant
  if (tenant) await repositories.artifacts.pin(tenant, digests)
  const published = await store({ repositories, now, room, waiting: admission.waiting, transaction: options.transaction }, accepted)
  return { outcomes, digests, published, fresh: freshOf(accepted, published) }
}

function freshOf(accepted: readonly Prepared[], published: readonly JobRecord[]): readonly FreshRun[] {
  if (published.length < accepted.length) return []
  return accepted.flatMap(({ acceptance: { run }, project }, index) => {
    const job = published[index]
    return job ? [{ run, job, project }] : []
  })
}

interface Storing {
  readonly repositories: Repositories
  readonly now: Date
  readonly room: Room | null
  readonly waiting: number
  readonly transaction: CreateOptions['transaction']
}

/** Stores runs with their events and jobs; returns the jobs that are stored as published. */
async function store({ repositories, now, room, waiting, transaction }: Storing, accepted: readonly Prepared[]): Promise<readonly JobRecord[]> {
  const acceptances = accepted.map(({ acceptance }) => acceptance)
  const seen = [...new Set(accepted.map(({ project }) => project))]
  if (room && waiting === 0 && goAtOnce(accepted, room)) {
    const published = acceptances.map((one) => ({ ...one, job: { ...one.job, status: 'published' as const, publication: 1, publishedAt: now } }))
    await repositories.acceptances.insertAll(published, seen)
    return published.map(({ job }) => job)
  }
  if (!room || !transaction) {
    await repositories.acceptances.insertAll(acceptances, seen)
    return []
  }
  // Near a limit, or behind others: who may go is decided under the lock that dispatchers share.
  return transaction(async ({ projects, runs, events, jobs }, allAsked) => {
    const known = await projects.find(seen.map(({ id }) => id))
    if (seen.some(({ id, version }) => !known.some((project) => project.id === id && project.version === version))) throw new CodeForgeError('stale-version', 'A project changed meanwhile.')
    const storing = Promise.all([
      runs.insertAll(acceptances.map(({ run }) => run)),
      events.appendAll(acceptances.map((one) => beginningOf(one, now))),
      jobs.insertAll(acceptances.map(({ job }) => job), { now, limits: room }),
    ])
    allAsked()
    return (await storing)[2]
  })
}

/** The first event of a run, as a row of its own. */
function beginningOf({ run: { view }, first: { requestId, ...first } }: Acceptance, at: Date): StreamAppend {
  return { stream: `run.${view.id}`, expected: 0, drafts: [{ ...first, at, attempt: null }], context: { tenant: view.tenant, actor: view.createdBy, requestId } }
}

/** Batches of one core that are under way at once, and so may be judged by the same count. */
export const batchesAtOnce = 2

/**
 * Whether all may go out without looking at what others dispatch: pools have the slots, and no project comes near its limit even if all that is out
 * were its own. What another core publishes at this moment may then take a project past half of what was left, not past its limit.
 */
function goAtOnce(accepted: readonly Prepared[], { free, atWork, perProject }: Room): boolean {
  const wanted: Record<PoolName, number> = {}
  for (const { acceptance: { job } } of accepted) wanted[job.job.pool] = (wanted[job.job.pool] ?? 0) + 1
  const most = Math.min(...accepted.map(({ project }) => project.maxConcurrentRuns ?? perProject))
  return (atWork + accepted.length) * batchesAtOnce <= most
    && accepted.every(({ acceptance: { job } }) => job.exclusiveKey === null)
    && Object.entries(wanted).every(([pool, jobs]) => jobs <= (free[pool] ?? 0))
}

