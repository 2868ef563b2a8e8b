import type { Artifact } from '@codeforge/contracts/artifact'
import type { AnnounceRequest } from '@codeforge/contracts/coordination'
import type { EventData } from '@codeforge/contracts/event'
import type { JobKind } from '@codeforge/contracts/job'
import type { Project } from '@codeforge/contracts/project'
import type { Question, QuestionStatus } from '@codeforge/contracts/question'
import type { Run } from '@codeforge/contracts/run'
import type { RunStatus } from '@codeforge/contracts/run-status'
import type { StoredWork } from '@codeforge/contracts/run-work'
import type { TaskStatus } from '@codeforge/contracts/task'
import type { RunState } from '@codeforge/domain/run'
import type { JobStatus } from '@codeforge/ports/store/jobs'
import type { ColumnType, Generated } from 'kysely'
import type { LeanWork } from './lean-work.ts'

/** Read as a value, written as its JSON text, which the column's type turns into JSONB. */
export type Json<Value> = ColumnType<Value, string, string>
type Owned = { tenant: string; actor: Generated<string> }
type OwnedByDefault = { tenant: Generated<string>; actor: Generated<string> }

/** What of a project is not a column of its own. */
export type ProjectDocument = Omit<Project, 'id' | 'tenant' | 'slug' | 'localPath' | 'maxConcurrentRuns' | 'version' | 'createdAt' | 'updatedAt'>
/** What of a run is not a column of its own. */
export type RunDocument = Omit<
  Run,
  'id' | 'tenant' | 'createdBy' | 'projectId' | 'taskId' | 'status' | 'prompt' | 'attempt' | 'version' | 'createdAt' | 'endedAt'
>
/** What of a question is not a column of its own. */
export type QuestionDocument = Omit<Question, 'id' | 'runId' | 'projectId' | 'status' | 'askedAt' | 'deadlineAt' | 'answeredAt'>

/** The tables as `migrations/` makes them. */
export interface Tables {
  projects: Owned & {
    id: string
    slug: string
    local_path: string | null
    max_concurrent_runs: number | null
    document: Json<ProjectDocument>
    version: number
    created_at: Date
    updated_at: Date
  }
  tasks: Owned & {
    id: string
    project_id: string
    title: string
    body: string
    labels: string[]
    status: TaskStatus
    version: number
    created_at: Date
    updated_at: Date
  }
  runs: {
    id: string
    tenant: string
    actor: string
    project_id: string
    task_id: string | null
    status: RunStatus
    prompt: string
    work: Json<StoredWork | LeanWork>
    document: Json<Partial<RunDocument>>
    state: Json<Partial<RunState>>
    pool: string
    exclusive_key: string | null
    attempt: number
    lease_worker: string | null
    lease_until: Date | null
    last_ordinal: number
    slice_micro_usd: number
    slice_tokens: number
    slice_day: string | null
    version: number
    created_at: Date
    ended_at: Date | null
  }
  jobs: Owned & {
    id: string
    run_id: string
    project_id: string
    kind: JobKind
    pool: string
    request_id: string
    status: JobStatus
    publication: number
    priority: number
    exclusive_key: string | null
    not_before: Date
    created_at: Date
    published_at: Date | null
  }
  questions: Owned & {
    id: string
    run_id: string
    project_id: string
    status: QuestionStatus
    asked_at: Date
    deadline_at: Date
    answered_at: Date | null
    document: Json<QuestionDocument>
  }
  pins: Owned & { digest: string; pinned_at: Generated<Date> }
  artifacts: Owned & {
    run_id: string
    name: Artifact['name']
    digest: string
    size: number
    media_type: string
    preview: string
    created_at: Date
  }
  /** The whole log: a view of `stored_events` and of the first events that rows of runs tell. */
  events: {
    stream: string
    sequence: number
    position: Generated<number>
    id: string
    tenant: string
    actor: string
    kind: string
    version: number
    attempt: number | null
    request_id: string | null
    at: Date
    data: Json<EventData>
  }
  budget_accounts: OwnedByDefault & {
    scope: string
    limit_micro_usd: number
    held_micro_usd: number
    spent_micro_usd: number
  }
  idempotency_keys: Owned & {
    key: string
    fingerprint: string
    status: number | null
    body: string | null
    claimed_at: Date
  }
  workers: OwnedByDefault & {
    id: string
    document: Json<AnnounceRequest>
    started_at: Date
    seen_at: Date
  }
  settings: OwnedByDefault & { key: string; value: string }
  graph_metadata: Owned & {
    id: string
    project_id: string
    commit: string
    version: string
    exact: boolean
    nodes: number
    edges: number
    nodes_left_out: number
    edges_left_out: number
    stored_at: Date
  }
  graph_nodes: Owned & { graph_id: string; number: number; kind: string; path: string; name: string; start_line: number; end_line: number }
  graph_edges: Owned & { graph_id: string; number: number; from_node: number; to_node: number; kind: string; confidence: number }
}
