import { noUsage } from '@codeforge/contracts/money'
import type { JobId, RunId } from '@codeforge/contracts/ids'
import type { Digest } from '@codeforge/contracts/blob'
import type { Project } from '@codeforge/contracts/project'
import type { Run } from '@codeforge/contracts/run'
import type { CreateRun } from '@codeforge/contracts/run-request'
import { runBranch, runTitle } from '@codeforge/contracts/run-names'
import type { RunWork } from '@codeforge/contracts/run-work'
import { queuedRun } from '@codeforge/domain/run'
import { evolveRun } from '@codeforge/domain/run-evolve'
import { projectRun } from '@codeforge/domain/view/run-projection'
import type { Acceptance } from '@codeforge/ports/store/acceptances'
import type { RunRecord } from '@codeforge/ports/store/runs'
import { workPinsOf } from '@codeforge/ports/work-pins'
import type { Caller } from '../caller.ts'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { jobOf } from './consequences.ts'
import { pinWork } from './pin-work.ts'
import type { PinOptions } from './pin-work.ts'

/** A run that somebody wants. */
export interface RunRequest {
  readonly command: CreateRun
  readonly caller: Caller
  readonly options: PinOptions
}

type PreparePorts = Pick<CorePorts, 'artifacts' | 'ids' | 'policies' | 'modes'>

/** Prompts up to so many characters are stored with their runs and not elsewhere. */
const longestAlike = 2000

/** A run that is settled and not stored yet. */
export interface Prepared {
  readonly acceptance: Acceptance
  readonly project: Project
  readonly digests: readonly Digest[]
}

/** What the requests of one batch are settled with. */
export interface Preparing {
  readonly ports: PreparePorts
  readonly config: CoreConfig
  readonly now: Date
  readonly signal: AbortSignal
  /** The first request of each kind that was prepared. */
  readonly first: Map<string, Prepared>
}

/** Requests of a batch that differ in nothing but the prompt are settled once: most of what a run works with is its project's. */
export async function prepareRun(preparing: Preparing, project: Project, request: RunRequest): Promise<Prepared> {
  const made = await prepare(preparing, project, request)
  const key = keyOf(request)
  if (key !== null) preparing.first.set(key, made)
  return made
}

/** What was prepared of a request of this batch that differs in nothing but the prompt. */
export function alikeBefore({ first }: Pick<Preparing, 'first'>, request: RunRequest): Prepared | undefined {
  if (first.size === 0) return undefined
  const key = keyOf(request)
  return key === null ? undefined : first.get(key)
}

/** All of a request but its prompt; null where that is long, or there is more to it. */
function keyOf({ command: { prompt, ...command }, caller: { requestId: _, ...caller }, options }: RunRequest): string | null {
  return command.material.length > 0 || prompt.length > longestAlike ? null : JSON.stringify([command, caller, options])
}

/** What was prepared, for another run with a prompt of its own. */
export function anotherOf(known: Prepared, ids: CorePorts['ids'], project: Project, { command: { prompt }, caller: context }: RunRequest): Prepared {
  const { run, first, job, alike } = known.acceptance
  if (!('terms' in run.work)) throw new Error('work that lies elsewhere is its own')
  const id = ids.next() as RunId
  const deliver = { branch: runBranch(id), title: runTitle(prompt) }
  const work = { ...run.work, runId: id, requestId: context.requestId, prompt, deliver }
  return {
    digests: known.digests,
    project,
    acceptance: {
      alike,
      run: { ...run, work, view: { ...run.view, id, prompt, branch: deliver.branch } },
      first: { id: ids.next(), requestId: context.requestId, data: { ...first.data, prompt } },
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
  const first = { id: ports.ids.next(), requestId: caller.requestId, data: queued }
  return { acceptance: { alike: {}, run, first, job: jobOf(ports, run, now) }, project, digests: pinned.digests }
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
    kept: null,
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
