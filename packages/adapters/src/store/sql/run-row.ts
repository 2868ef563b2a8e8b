import type { ProjectId, RunId, TaskId, TenantId, WorkerId } from '@codeforge/contracts/ids'
import type { Run, RunSummary } from '@codeforge/contracts/run'
import type { Lease, RunRecord } from '@codeforge/ports/store/runs'
import { runBranch } from '@codeforge/contracts/run-names'
import type { Selectable } from 'kysely'
import { lean, leanDocument, leanState, whole } from './lean.ts'
import { leanWork, wholeWork } from './lean-work.ts'
import type { RunDocument, Tables } from './tables.ts'

type Row = Selectable<Tables['runs']>
type Columns = Partial<Record<keyof Tables['runs'], unknown>>

/** What never changes after a run was made. */
function immutableColumns(run: RunRecord) {
  const { view } = run
  return {
    id: view.id,
    tenant: view.tenant,
    actor: view.createdBy,
    project_id: view.projectId,
    task_id: view.taskId,
    prompt: view.prompt,
    work: leanWork(run.work),
    created_at: view.createdAt,
  } satisfies Columns
}

/** A whole row. */
export function rowOf(run: RunRecord) {
  return { ...immutableColumns(run), ...mutableColumns(run) }
}

/** What `save` writes. */
export function mutableColumns(run: RunRecord) {
  const { status, attempt, version, endedAt } = run.view
  return {
    status,
    document: leanDocumentOf(run.view),
    state: lean(leanState, run.state),
    pool: run.pool,
    exclusive_key: run.exclusiveKey,
    attempt,
    lease_worker: run.lease?.workerId ?? null,
    lease_until: run.lease?.until ?? null,
    last_ordinal: run.lastOrdinal,
    slice_micro_usd: run.sliceMicroUsd,
    slice_tokens: run.sliceTokens,
    slice_day: run.sliceDay,
    version,
    ended_at: endedAt,
  } satisfies Columns
}

/** What of a run is in no column of its own. The branch is told from the id where it is the usual one. */
export function leanDocumentOf(view: Run): Partial<RunDocument> {
  const { id, tenant: _, createdBy: __, projectId: ___, taskId: ____, prompt: _____, createdAt: ______, status: _______, attempt: ________, version: _________, endedAt: __________, ...document } = view
  const { branch, ...kept } = lean<RunDocument>(leanDocument, document)
  return branch === runBranch(id) ? kept : { ...kept, branch: document.branch }
}

function wholeDocumentOf({ id, document }: Pick<Row, 'id' | 'document'>): RunDocument {
  return whole({ ...leanDocument, branch: runBranch(id as RunId) }, document)
}

export function toRunRecord(row: Row): RunRecord {
  return {
    view: toRun(row),
    state: whole(leanState, row.state),
    work: wholeWork(row.work, row),
    pool: row.pool,
    exclusiveKey: row.exclusive_key,
    lease: toLease(row),
    lastOrdinal: row.last_ordinal,
    sliceMicroUsd: row.slice_micro_usd,
    sliceTokens: row.slice_tokens,
    sliceDay: row.slice_day,
  }
}

function toRun(row: Row): Run {
  return {
    ...wholeDocumentOf(row),
    id: row.id as RunId,
    tenant: row.tenant as TenantId,
    createdBy: row.actor,
    projectId: row.project_id as ProjectId,
    taskId: row.task_id as TaskId | null,
    prompt: row.prompt,
    status: row.status,
    attempt: row.attempt,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  }
}

function toLease(row: Row): Lease | null {
  return row.lease_worker === null || row.lease_until === null ? null : { workerId: row.lease_worker as WorkerId, until: row.lease_until }
}

/** The columns that a list needs: `work` and `state` are large and stay where they are. */
export const summaryColumns = ['id', 'project_id', 'task_id', 'prompt', 'status', 'attempt', 'created_at', 'ended_at', 'document'] as const

export function toRunSummary(row: Pick<Row, (typeof summaryColumns)[number]>): RunSummary {
  const { mode, model, scripted, outcome, turns, costMicroUsd, maxCostMicroUsd, openQuestions, startedAt, sequence } = whole(leanDocument, row.document)
  return {
    id: row.id as RunId,
    projectId: row.project_id as ProjectId,
    taskId: row.task_id as TaskId | null,
    prompt: row.prompt,
    mode,
    model,
    scripted,
    status: row.status,
    outcome,
    turns,
    costMicroUsd,
    maxCostMicroUsd,
    attempt: row.attempt,
    openQuestions,
    createdAt: row.created_at.toISOString(),
    startedAt,
    endedAt: row.ended_at?.toISOString() ?? null,
    sequence,
  }
}
