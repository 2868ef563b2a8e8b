import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { StoredWork } from '@codeforge/contracts/run-work'
import type { Acceptance, AcceptanceStore } from '@codeforge/ports/store/acceptances'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { Kysely } from 'kysely'
import { rowsOf, writtenBy } from './by-key.ts'
import { isDivisionByZero } from './errors.ts'
import { plainText, storable } from './json.ts'
import { lean, leanState } from './lean.ts'
import { leanWork } from './lean-work.ts'
import { leanDocumentOf } from './run-row.ts'
import type { Tables } from './tables.ts'
import { isWithinTransaction } from './within.ts'

/** Two rows for each run, in one statement: beginning, describing and ending one costs the server as much as several rows. The run's own row tells its first event. */
export function acceptanceStore(db: Kysely<Tables>): AcceptanceStore {
  return {
    async insertAll(accepted, seen = []) {
      if (accepted.length === 0) return
      if ((await writtenBy(db, statement, ...parametersOf(accepted), ...versionsOf(seen))) === 0) throw new CodeForgeError('stale-version', 'A project changed meanwhile.')
    },
    async lockAll(accepted, seen) {
      if (!isWithinTransaction(db)) throw new Error('acceptances.lockAll outside a transaction locks nothing')
      const [runs, jobs] = [accepted.map(({ run }) => run.view), accepted.map(({ job }) => job)]
      const parameters = [...versionsOf(runs), uuids(jobs.map(({ job }) => job.id)), numbers(jobs.map(({ publication }) => publication)), ...versionsOf(seen)]
      try {
        await rowsOf(db, locking, ...parameters)
      } catch (error) {
        throw isDivisionByZero(error) ? new CodeForgeError('stale-version', 'A run or its project changed meanwhile.', { cause: error }) : error
      }
    },
  }
}

/** Divides by whether all are as they are given, as holding money does (`budgets.ts`). A version of a project that is another one counts against it. */
const locking = `
  with locked as (
    select from unnest($1::uuid[], $2::int[], $3::uuid[], $4::int[]) as known (id, version, job_id, publication)
    join runs on runs.id = known.id and runs.version = known.version
    where exists (select from jobs where jobs.run_id = known.id and jobs.id = known.job_id and jobs.publication = known.publication)
    order by known.id for no key update of runs
  ), changed as (
    select from unnest($5::uuid[], $6::int[]) as seen (id, version)
    where (select true from projects where projects.id = seen.id and projects.version = seen.version) is null
  )
  select 1 / ((select count(*) from locked) = cardinality($1::uuid[]) and not exists (select from changed))::int`

/**
 * What accepted runs have in common, which is nearly everything, travels once (`shared`); a run says by number which it has. Columns that a new
 * run has always the same are constants. For `floor` see `events.ts`: it comes before any position is taken.
 */
const statement = `
  with floor as materialized (select pg_advisory_xact_lock_shared(last_value) from events_position),
  changed as materialized (
    select from unnest($9::uuid[], $10::int[]) as seen (id, version)
    where (select true from projects where projects.id = seen.id and projects.version = seen.version) is null
  ),
  shared as materialized (
    select number, one.* from jsonb_array_elements($1::jsonb) with ordinality as element (value, number), jsonb_to_record(value) as one (
      tenant uuid, actor text, project_id uuid, task_id uuid, work jsonb, asked_by_job boolean, document jsonb, state jsonb, pool text, exclusive_key text, version int, created_at timestamptz,
      queued_data jsonb,
      status text, publication int, priority int, not_before timestamptz, job_created_at timestamptz, published_at timestamptz)
  ),
  draft as materialized (
    select * from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[]) as own (id, number, prompt, request_id, queued_event, job_id, queued_request)
    join shared using (number) where not exists (select from changed)
  ),
  run as (
    insert into runs (id, tenant, actor, project_id, task_id, prompt, work, document, state, pool, exclusive_key, version, created_at,
      status, attempt, last_ordinal, slice_micro_usd, slice_tokens, queued_position, queued_event, queued_request, queued_data)
    select id, tenant, actor, project_id, task_id, prompt, case when asked_by_job then work || jsonb_build_object('requestId', request_id) else work end,
      document, state, pool, exclusive_key, version, created_at, 'queued', 0, 0, 0, 0, nextval('events_position'), queued_event, queued_request, queued_data
    from floor cross join draft
  )
  insert into jobs (id, run_id, request_id, tenant, project_id, kind, pool, status, publication, priority, exclusive_key, not_before, created_at, published_at)
  select job_id, id, request_id, tenant, project_id, 'run', pool, status, publication, priority, exclusive_key, not_before, job_created_at, published_at from draft`

function parametersOf(accepted: readonly Acceptance[]): readonly unknown[] {
  const numbers = new Map<object, number>()
  const shared: string[] = []
  for (const one of accepted) if (!numbers.has(one.alike)) numbers.set(one.alike, shared.push(sharedOf(one)))
  return [
    `[${shared.join(',')}]`,
    uuids(accepted.map(({ run }) => run.view.id)),
    `{${accepted.map(({ alike }) => numbers.get(alike)).join(',')}}`,
    accepted.map(({ run }) => plainText(run.view.prompt)),
    accepted.map(({ job }) => job.job.requestId),
    uuids(accepted.map(({ first }) => first.id)),
    uuids(accepted.map(({ job }) => job.job.id)),
    accepted.map((one) => (isAskedByJob(one.run.work, one.job) && one.first.requestId === one.job.job.requestId ? null : one.first.requestId)),
  ]
}

const uuids = (ids: readonly string[]): string => `{${ids.join(',')}}`
const numbers = (all: readonly number[]): string => `{${all.join(',')}}`
const versionsOf = (all: readonly { readonly id: string; readonly version: number }[]): readonly string[] => [uuids(all.map(({ id }) => id)), numbers(all.map(({ version }) => version))]

/** All but what is the run's own. */
function sharedOf({ run, first, job }: Acceptance): string {
  const { view, state, pool, exclusiveKey } = run
  const whole = leanWork(run.work)
  const isAsked = 'requestId' in whole && isAskedByJob(run.work, job)
  return storable({
    tenant: view.tenant,
    actor: view.createdBy,
    project_id: view.projectId,
    task_id: view.taskId,
    work: isAsked ? withoutRequest(whole) : whole,
    asked_by_job: isAsked,
    document: leanDocumentOf(view),
    state: lean(leanState, state),
    pool,
    exclusive_key: exclusiveKey,
    version: view.version,
    created_at: view.createdAt,
    queued_data: untold(first.data, run.work),
    status: job.status,
    publication: job.publication,
    priority: job.priority,
    not_before: job.notBefore,
    job_created_at: job.createdAt,
    published_at: job.publishedAt,
  }).text
}

/** Whether the work names the request that its job names. */
function isAskedByJob(work: StoredWork, job: JobRecord): boolean {
  return 'terms' in work && work.requestId === job.job.requestId
}

/** What of the first event no column of the run says; see the view `queued_events`. Rows are read by this for ever. */
function untold({ kind: _, prompt: __, retryOf, pinned, ...data }: Acceptance['first']['data'], work: StoredWork) {
  const isUsual = 'terms' in work && pinned.length === 1 && pinned[0] === work.terms
  return { ...data, ...(retryOf !== null && { retryOf }), ...(!isUsual && { pinned }) }
}

function withoutRequest<Work extends { readonly requestId: unknown }>({ requestId: _, ...work }: Work): Omit<Work, 'requestId'> {
  return work
}
