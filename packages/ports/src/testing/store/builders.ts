import type { Artifact } from '@codeforge/contracts/artifact'
import { Digest, type BlobRef } from '@codeforge/contracts/blob'
import { defaultTenant, JobId, ProjectId, QuestionId, RequestId, RunId, TaskId, WorkerId } from '@codeforge/contracts/ids'
import { noUsage } from '@codeforge/contracts/money'
import type { Project } from '@codeforge/contracts/project'
import type { Question } from '@codeforge/contracts/question'
import type { Run } from '@codeforge/contracts/run'
import type { Task } from '@codeforge/contracts/task'
import { queuedRun } from '@codeforge/domain/run'
import type { AppendContext, EventDraft } from '../../store/events.ts'
import type { JobRecord } from '../../store/jobs.ts'
import type { RunRecord } from '../../store/runs.ts'
import { sequentialIds } from '../sequential-ids.ts'

/** When everything that the builders make was made. */
export const noon = new Date('2026-01-31T12:00:00.000Z')

/** Noon and so many seconds. */
export function after(seconds: number): Date {
  return new Date(noon.getTime() + seconds * 1000)
}

/** Far more slots than any test needs. */
export const plenty = { free: { default: 1000 }, perProject: 1000 }

export const context: AppendContext = { tenant: defaultTenant, actor: 'core', requestId: RequestId.parse('request-1') }

// Ids count up through the whole process, so that two stores of one database never meet.
const ids = sequentialIds(0x1000)

export const newId = {
  project: () => ProjectId.parse(ids.next()),
  task: () => TaskId.parse(ids.next()),
  run: () => RunId.parse(ids.next()),
  job: () => JobId.parse(ids.next()),
  question: () => QuestionId.parse(ids.next()),
  worker: () => WorkerId.parse(ids.next()),
}

export function aBlob(digit = 'a'): BlobRef {
  return { kind: 'blob', digest: Digest.parse(digit.repeat(64)), size: 1234, mediaType: 'application/json', preview: '{' }
}

export function aProject(change: Partial<Project> = {}): Project {
  const id = change.id ?? newId.project()
  return {
    id,
    tenant: defaultTenant,
    name: 'Sample',
    slug: `sample-${id.slice(-6)}`,
    repoUrl: null,
    localPath: '/repositories/sample',
    workspaceMode: 'worktree',
    defaultBranch: null,
    gitMode: 'basic',
    policy: null,
    gates: [],
    setup: { commands: [], cacheKeyFiles: [], network: 'none', timeoutSeconds: 900, reuse: ['node_modules'] },
    deliver: 'branch',
    maxCostPerDayMicroUsd: null,
    maxConcurrentRuns: null,
    demonstration: false,
    version: 1,
    createdAt: noon.toISOString(),
    updatedAt: noon.toISOString(),
    ...change,
  }
}

export function aTask(change: Partial<Task> = {}): Task {
  return {
    id: newId.task(),
    projectId: newId.project(),
    tenant: defaultTenant,
    title: 'Fix the failing test',
    body: '',
    labels: ['bug', 'with "quotes", {braces} and \\'],
    status: 'open',
    version: 1,
    createdAt: noon.toISOString(),
    updatedAt: noon.toISOString(),
    ...change,
  }
}

function aView(change: Partial<Run>): Run {
  const id = change.id ?? newId.run()
  return {
    id,
    projectId: newId.project(),
    taskId: null,
    tenant: defaultTenant,
    prompt: 'fix the failing test',
    mode: 'coder',
    policy: 'headless-safe',
    model: 'scripted',
    scripted: true,
    status: 'queued',
    outcome: null,
    failure: null,
    summary: null,
    attended: false,
    deliver: 'branch',
    branch: `codeforge/${id}`,
    delivery: null,
    kept: null,
    gates: [{ name: 'test', status: 'pending', reason: '' }],
    sandbox: null,
    turns: 0,
    toolCalls: 0,
    usage: noUsage,
    costMicroUsd: 0,
    maxCostMicroUsd: 5_000_000,
    attempt: 0,
    priority: 0,
    retryOf: null,
    openQuestions: 0,
    createdBy: 'user:ada',
    createdAt: noon.toISOString(),
    startedAt: null,
    endedAt: null,
    sequence: 1,
    version: 1,
    ...change,
  }
}

/** `view` changes what is shown, `change` the rest. */
export function aRun(view: Partial<Run> = {}, change: Partial<Omit<RunRecord, 'view'>> = {}): RunRecord {
  return {
    view: aView(view),
    state: queuedRun({ deliver: 'branch', gates: ['test'], maxCostMicroUsd: 5_000_000 }),
    work: aBlob(),
    pool: 'default',
    exclusiveKey: null,
    lease: null,
    lastOrdinal: 0,
    sliceMicroUsd: 0,
    sliceTokens: 0,
    sliceDay: null,
    ...change,
  }
}

/** The job of a run. */
export function aJob(run: RunRecord, change: Partial<Omit<JobRecord, 'job'>> = {}): JobRecord {
  const { id, projectId, tenant } = run.view
  return {
    job: { id: newId.job(), kind: 'run', pool: run.pool, runId: id, projectId, tenant, requestId: RequestId.parse('request-1'), work: run.work },
    publication: 0,
    status: 'pending',
    priority: 0,
    exclusiveKey: run.exclusiveKey,
    notBefore: noon,
    createdAt: noon,
    publishedAt: null,
    ...change,
  }
}

export function aQuestion(run: RunRecord, change: Partial<Question> = {}): Question {
  return {
    id: newId.question(),
    runId: run.view.id,
    projectId: run.view.projectId,
    topic: 'toolcall',
    subject: 'call-1',
    title: 'May it push?',
    detail: '',
    options: [{ id: 'yes', label: 'Yes' }, { id: 'no', label: 'No' }],
    fallback: 'no',
    deadlineSeconds: 3600,
    status: 'open',
    answer: null,
    note: null,
    askedAt: noon.toISOString(),
    deadlineAt: after(3600).toISOString(),
    answeredAt: null,
    answeredBy: null,
    ...change,
  }
}

export function anArtifact(run: RunRecord, change: Partial<Artifact> = {}): Artifact {
  return { runId: run.view.id, name: 'delivery/change.patch', blob: aBlob('b'), createdAt: noon.toISOString(), ...change }
}

/** So many events, told apart by `text`. */
export function drafts(count: number, text = 'turn'): EventDraft[] {
  return Array.from({ length: count }, (_, index) => ({
    id: ids.next(),
    at: after(index),
    attempt: 1,
    data: { kind: 'guidance.added', text: `${text} ${String(index + 1)}` },
  }))
}
