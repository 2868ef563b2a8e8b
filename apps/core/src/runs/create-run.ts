import type { Digest } from '@codeforge/contracts/blob'
import type { JobId, RunId } from '@codeforge/contracts/ids'
import type { PoolName } from '@codeforge/contracts/job'
import type { Project } from '@codeforge/contracts/project'
import type { Run } from '@codeforge/contracts/run'
import { noUsage } from '@codeforge/contracts/money'
import type { CreateRun } from '@codeforge/contracts/run-request'
import { runBranch, runTitle } from '@codeforge/contracts/run-names'
import type { RunWork } from '@codeforge/contracts/run-work'
import { queuedRun } from '@codeforge/domain/run'
import { evolveRun } from '@codeforge/domain/run-evolve'
import { projectRun } from '@codeforge/domain/view/run-projection'
import type { Acceptance } from '@codeforge/ports/store/acceptances'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories, Store } from '@codeforge/ports/store/store'
import { workPinsOf } from '@codeforge/ports/work-pins'
import type { Caller } from '../caller.ts'
import type { CoreConfig } from '../core-config.ts'
import type { Room } from '../outlet.ts'
import type { CorePorts } from '../ports.ts'
import { attempted } from '../together.ts'
import type { Outcome } from '../together.ts'
import { openAdmission } from './admission.ts'
import { jobOf } from './consequences.ts'
import { pinWork } from './pin-work.ts'
import type { PinOptions } from './pin-work.ts'

/** A run that somebody wants. */
export interface RunRequest {
  readonly command: CreateRun
  readonly caller: Caller
  readonly options: PinOptions
}

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
}

/** What several requests are accepted by. */
export interface CreateOptions {
  /** What may go out now of so many wanted jobs; null where nobody can say. */
  room(this: void, jobs: Repositories['jobs'], wanted: number): Promise<Room | null>
  /** Digests that are known to be pinned for good. */
  readonly known: ReadonlySet<Digest>
  /** For what needs one; null where all is done in the caller's. */
  readonly transaction: Store['transaction'] | null
}

const alone: CreateOptions = { room: async () => null, known: new Set(), transaction: null }

/** The same for several, with as many round trips as for one. One that is refused does not keep the others from being stored. */
export async function createRuns(
  ports: CreatePorts, config: CoreConfig, repositories: Repositories, requests: readonly RunRequest[], options: CreateOptions, signal: AbortSignal,
): Promise<Created> {
  const [admission, room] = await Promise.all([openAdmission(ports, config, repositories, requests), options.room(repositories.jobs, requests.length)])
  const now = ports.clock.now()
  const preparing = { ports, config, now, signal, first: new Map<string, Prepared>() }
  const prepared: Outcome<Prepared>[] = []
  for (const request of requests) prepared.push(await attempted(async () => prepareAlike(preparing, await admission.admit(request), request)))
  const accepted = prepared.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.result] : []))
  const outcomes = prepared.map((outcome): Outcome<RunRecord> => (outcome.kind === 'done' ? { kind: 'done', result: outcome.result.acceptance.run } : outcome))
  const digests = [...new Set(accepted.flatMap((one) => one.digests))].filter((digest) => !options.known.has(digest))
  const tenant = accepted[0]?.acceptance.run.view.tenant
  if (tenant) await repositories.artifacts.pin(tenant, digests)
  return { outcomes, digests, published: await store({ repositories, now, room, waiting: admission.waiting, transaction: options.transaction }, accepted) }
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
  if (room && waiting === 0 && goAtOnce(accepted, room)) {
    const published = acceptances.map((one) => ({ ...one, job: { ...one.job, status: 'published' as const, publication: 1, publishedAt: now } }))
    await repositories.acceptances.insertAll(published)
    return published.map(({ job }) => job)
  }
  if (!room || !transaction) {
    await repositories.acceptances.insertAll(acceptances)
    return []
  }
  // Near a limit, or behind others: who may go is decided under the lock that dispatchers share.
  return transaction(async ({ runs, events, jobs }, allAsked) => {
    const storing = Promise.all([
      runs.insertAll(acceptances.map(({ run }) => run)),
      events.appendAll(acceptances.map(({ run, first, context }) => ({ stream: `run.${run.view.id}` as const, expected: 0, drafts: [first], context }))),
      jobs.insertAll(acceptances.map(({ job }) => job), { now, limits: room }),
    ])
    allAsked()
    return (await storing)[2]
  })
}

/** Batches of one core that are under way at once, and so may be judged by the same count. */
export const batchesAtOnce = 3

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

/** Prompts up to so many characters are stored with their runs and not elsewhere. */
const longestAlike = 2000

interface Prepared {
  readonly acceptance: Acceptance
  readonly project: Project
  readonly digests: readonly Digest[]
}

interface Preparing {
  readonly ports: CreatePorts
  readonly config: CoreConfig
  readonly now: Date
  readonly signal: AbortSignal
  /** The first request of each kind that was prepared. */
  readonly first: Map<string, Prepared>
}

/** Requests of a batch that differ in nothing but the prompt are settled once: most of what a run works with is its project's. */
async function prepareAlike(preparing: Preparing, project: Project, request: RunRequest): Promise<Prepared> {
  const { command: { prompt, ...command }, caller: { requestId: _, ...caller }, options } = request
  if (command.material.length > 0 || prompt.length > longestAlike) return prepare(preparing, project, request)
  const key = JSON.stringify([command, caller, options])
  const known = preparing.first.get(key)
  if (known) return anotherOf(known, preparing.ports, prompt, request.caller)
  const made = await prepare(preparing, project, request)
  preparing.first.set(key, made)
  return made
}

/** What was prepared, for another run with a prompt of its own. */
function anotherOf(known: Prepared, { ids }: Pick<CorePorts, 'ids'>, prompt: string, context: Caller): Prepared {
  const { run, first, job, alike } = known.acceptance
  if (!('terms' in run.work)) throw new Error('work that lies elsewhere is its own')
  const id = ids.next() as RunId
  const deliver = { branch: runBranch(id), title: runTitle(prompt) }
  const work = { ...run.work, runId: id, requestId: context.requestId, prompt, deliver }
  return {
    ...known,
    acceptance: {
      alike, context,
      run: { ...run, work, view: { ...run.view, id, prompt, branch: deliver.branch } },
      first: { ...first, id: ids.next(), data: { ...first.data, prompt } },
      job: { ...job, job: { ...job.job, id: ids.next() as JobId, runId: id, requestId: context.requestId, work } },
    },
  }
}

async function prepare({ ports, config, now, signal }: Preparing, project: Project, { command, caller, options }: RunRequest): Promise<Prepared> {
  const id = ports.ids.next() as RunId
  const work = pinWork(ports, config, project, command, { id, ...caller }, options)
  const pins = workPinsOf(ports.artifacts)
  const pinned = pins.known(work) ?? await pins.pin(work, signal)
  const queued = {
    kind: 'run.queued' as const, prompt: command.prompt, mode: work.mode.id, policy: work.policy.name, retryOf: command.retryOf ?? null,
    maxCostMicroUsd: work.maxCostMicroUsd, pinned: [pinned.terms],
  }
  const state = queuedRun({ deliver: work.deliver.mode, gates: work.gates.map(({ name }) => name), maxCostMicroUsd: work.maxCostMicroUsd })
  const run: RunRecord = {
    view: projectRun(viewOf(work, command, caller, now), queued, { sequence: 1, at: now.toISOString() }),
    state: evolveRun(state, queued),
    work: pinned.work,
    pool: work.workspace.source.kind === 'local' ? config.localPathPool : 'default',
    exclusiveKey: exclusiveKey(work),
    lease: null,
    lastOrdinal: 0,
    sliceMicroUsd: 0,
    sliceTokens: 0,
    sliceDay: null,
  }
  const first = { id: ports.ids.next(), at: now, attempt: null, data: queued }
  return { acceptance: { alike: {}, run, first, context: caller, job: jobOf(ports, run, now) }, project, digests: pinned.digests }
}

/** Runs that share one working directory must not work at the same time. */
function exclusiveKey({ workspace }: RunWork): string | null {
  return workspace.mode === 'local_path' && workspace.source.kind === 'local' ? `path:${workspace.source.path}` : null
}

function viewOf(work: RunWork, command: CreateRun, caller: Caller, now: Date): Run {
  return {
    id: work.runId,
    projectId: work.projectId,
    taskId: command.taskId ?? null,
    tenant: caller.tenant,
    prompt: command.prompt,
    mode: work.mode.id,
    policy: work.policy.name,
    model: work.model.model,
    scripted: work.model.adapter === 'scripted',
    status: 'queued',
    outcome: null,
    failure: null,
    summary: null,
    attended: work.attended,
    deliver: work.deliver.mode,
    branch: work.deliver.branch,
    delivery: null,
    gates: work.gates.map(({ name }) => ({ name, status: 'pending', reason: '' })),
    sandbox: null,
    turns: 0,
    toolCalls: 0,
    usage: noUsage,
    costMicroUsd: 0,
    maxCostMicroUsd: work.maxCostMicroUsd,
    attempt: 0,
    priority: command.priority,
    retryOf: command.retryOf ?? null,
    openQuestions: 0,
    createdBy: caller.actor,
    createdAt: now.toISOString(),
    startedAt: null,
    endedAt: null,
    sequence: 0,
    version: 1,
  }
}
