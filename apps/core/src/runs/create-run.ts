import { CodeForgeError } from '@codeforge/contracts/error-code'
import { RunId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { Run } from '@codeforge/contracts/run'
import { noUsage } from '@codeforge/contracts/money'
import type { CreateRun } from '@codeforge/contracts/run-request'
import type { RunWork } from '@codeforge/contracts/run-work'
import { queuedRun } from '@codeforge/domain/run'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import type { Caller } from '../caller.ts'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { decided, recordEvents } from './record-events.ts'
import { insertJob } from './consequences.ts'
import { pinWork } from './pin-work.ts'
import { refusal, spentPurse, utcDay } from './slices.ts'
import { storeWork } from './work.ts'

export interface CreateRunOptions {
  /** Ends the wait for the artifact store. */
  readonly signal: AbortSignal
  /** Name of the recorded conversation that stands in for a model. Only the demonstration has one. */
  readonly script?: string
  /** Used where neither the run nor the settings name a model. */
  readonly defaultModel?: string | null
}

type CreatePorts = Pick<CorePorts, 'artifacts' | 'clock' | 'ids' | 'policies' | 'modes' | 'maintenance'>

/** Accepts a run: pins what it works with, and stores run, first event and job. The caller's transaction makes it one. */
export async function createRun(
  ports: CreatePorts, config: CoreConfig, repositories: Repositories, command: CreateRun, caller: Caller, options: CreateRunOptions,
): Promise<RunRecord> {
  const project = await repositories.projects.get(command.projectId)
  if (!project) throw new CodeForgeError('not-found', `There is no project ${command.projectId}.`)
  await checkTask(repositories, command)
  await refuseOverload(ports, config, repositories, project, caller)
  const id = RunId.parse(ports.ids.next())
  const work = pinWork(ports, config, project, command, { id, ...caller }, options)
  const stored = await storeWork(ports, work, options.signal)
  const now = ports.clock.now()
  const record: RunRecord = {
    view: viewOf(work, command, caller, now),
    state: queuedRun({ deliver: work.deliver.mode, gates: work.gates.map(({ name }) => name), maxCostMicroUsd: work.maxCostMicroUsd }),
    work: stored,
    pool: work.workspace.source.kind === 'local' ? config.localPathPool : 'default',
    exclusiveKey: exclusiveKey(work),
    lease: null,
    lastOrdinal: 0,
    sliceMicroUsd: 0,
    sliceTokens: 0,
    sliceDay: null,
  }
  await repositories.runs.insert(record)
  const queued = {
    kind: 'run.queued' as const, prompt: command.prompt, mode: work.mode.id, policy: work.policy.name, retryOf: command.retryOf ?? null,
    maxCostMicroUsd: work.maxCostMicroUsd, work: stored,
  }
  const run = await recordEvents(ports, repositories, record, decided([queued], now), caller)
  await insertJob(ports, repositories, run)
  return run
}

async function checkTask({ tasks }: Repositories, { taskId, projectId }: CreateRun): Promise<void> {
  if (taskId === undefined) return
  const task = await tasks.get(taskId)
  if (task?.projectId !== projectId) throw new CodeForgeError('not-found', `The project has no task ${taskId}.`)
}

async function refuseOverload(
  { clock, maintenance }: CreatePorts, config: CoreConfig, repositories: Repositories, project: Project, { tenant }: Caller,
): Promise<void> {
  const { runs, storage } = config
  const { pending } = await repositories.jobs.counts()
  if (pending >= runs.maxQueued) throw new CodeForgeError('too-many-runs', `${pending} runs wait already; the limit is ${runs.maxQueued}.`)
  if (await maintenance.dataBytes() > storage.quotaGb * 1024 ** 3) {
    throw new CodeForgeError('quota-exceeded', `The data directory is over its quota of ${storage.quotaGb} GB.`)
  }
  const spent = await spentPurse(config, repositories, project, tenant, utcDay(clock.now()))
  if (spent !== null) throw new CodeForgeError('budget-exhausted', refusal(spent))
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
