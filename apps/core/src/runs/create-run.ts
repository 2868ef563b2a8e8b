import type { Digest } from '@codeforge/contracts/blob'
import { EventId, RunId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { Run } from '@codeforge/contracts/run'
import { noUsage } from '@codeforge/contracts/money'
import type { CreateRun } from '@codeforge/contracts/run-request'
import type { RunWork } from '@codeforge/contracts/run-work'
import { queuedRun } from '@codeforge/domain/run'
import { evolveRun } from '@codeforge/domain/run-evolve'
import { projectRun } from '@codeforge/domain/view/run-projection'
import type { StreamAppend } from '@codeforge/ports/store/events'
import type { DispatchLimits, JobRecord } from '@codeforge/ports/store/jobs'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import { workPinsOf } from '@codeforge/ports/work-pins'
import type { Caller } from '../caller.ts'
import type { CoreConfig } from '../core-config.ts'
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

/** What became of several requests, and the jobs that are stored as published: the caller publishes them after the commit. */
export interface Created {
  readonly outcomes: readonly Outcome<RunRecord>[]
  /** What is pinned with them that was not known to be. */
  readonly digests: readonly Digest[]
  readonly published: readonly JobRecord[]
}

/** What several requests share a transaction for. */
export interface CreateOptions {
  /** How many of so many wanted jobs may go out now; null where nobody can say. */
  limitsOf(this: void, jobs: Repositories['jobs'], wanted: number): Promise<DispatchLimits | null>
  /** Digests that are known to be pinned for good. */
  readonly known: ReadonlySet<Digest>
  /** Told when everything has been asked for. */
  allAsked(this: void): void
}

const alone: CreateOptions = { limitsOf: async () => null, known: new Set(), allAsked: () => undefined }

/** The same for several, with as many round trips as for one. One that is refused does not keep the others from being stored. */
export async function createRuns(
  ports: CreatePorts, config: CoreConfig, repositories: Repositories, requests: readonly RunRequest[], options: CreateOptions, signal: AbortSignal,
): Promise<Created> {
  const [admission, limits] = await Promise.all([openAdmission(ports, config, repositories, requests), options.limitsOf(repositories.jobs, requests.length)])
  const prepared = await Promise.all(requests.map(async (request) => attempted(async () => prepare(ports, config, await admission(request), request, signal))))
  const accepted = prepared.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.result] : []))
  const outcomes = prepared.map((outcome): Outcome<RunRecord> => (outcome.kind === 'done' ? { kind: 'done', result: outcome.result.run } : outcome))
  const digests = [...new Set(accepted.flatMap((one) => one.digests))].filter((digest) => !options.known.has(digest))
  const storing = store(ports, repositories, accepted, { limits, digests })
  options.allAsked()
  return { outcomes, digests, published: await storing }
}

/** All statements are asked for at once: they travel together and are done in this order. */
async function store(
  ports: Pick<CorePorts, 'ids' | 'clock'>, { artifacts, runs, events, jobs }: Repositories, accepted: readonly Prepared[],
  { limits, digests }: { readonly limits: DispatchLimits | null; readonly digests: readonly Digest[] },
): Promise<readonly JobRecord[]> {
  const tenant = accepted[0]?.run.view.tenant
  if (!tenant) return []
  const [, , , published] = await Promise.all([
    artifacts.pin(tenant, digests),
    runs.insertAll(accepted.map(({ run }) => run)),
    events.appendAll(accepted.map(({ append }) => append)),
    jobs.insertAll(accepted.map(({ run }) => jobOf(ports, run)), limits ? { now: ports.clock.now(), limits } : undefined),
  ])
  return published
}

interface Prepared {
  readonly run: RunRecord
  readonly append: StreamAppend
  readonly digests: readonly Digest[]
}

async function prepare(ports: CreatePorts, config: CoreConfig, project: Project, { command, caller, options }: RunRequest, signal: AbortSignal): Promise<Prepared> {
  const id = RunId.parse(ports.ids.next())
  const work = pinWork(ports, config, project, command, { id, ...caller }, options)
  const pinned = await workPinsOf(ports.artifacts).pin(work, signal)
  const now = ports.clock.now()
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
  const draft = { id: EventId.parse(ports.ids.next()), at: now, attempt: null, data: queued }
  return { run, append: { stream: `run.${id}`, expected: 0, drafts: [draft], context: caller }, digests: pinned.digests }
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
