import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Acceptance, AcceptanceStore } from '@codeforge/ports/store/acceptances'
import type { Kysely } from 'kysely'
import { writtenBy } from './by-key.ts'
import { currentVersion } from './event-version.ts'
import { plainText, storable } from './json.ts'
import { lean, leanState } from './lean.ts'
import { leanWork } from './lean-work.ts'
import { leanDocumentOf } from './run-row.ts'
import type { Tables } from './tables.ts'

/** Three rows for each run, in one statement: beginning, describing and ending one costs the server as much as several rows. */
export function acceptanceStore(db: Kysely<Tables>): AcceptanceStore {
  return {
    async insertAll(accepted, seen = []) {
      if (accepted.length === 0) return
      const versions = [uuids(seen.map(({ id }) => id)), `{${seen.map(({ version }) => version).join(',')}}`]
      if ((await writtenBy(db, statement, ...parametersOf(accepted), ...versions)) === 0) throw new CodeForgeError('stale-version', 'A project changed meanwhile.')
    },
  }
}

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
      event_actor text, at timestamptz, data jsonb,
      status text, publication int, priority int, not_before timestamptz, job_created_at timestamptz, published_at timestamptz)
  ),
  draft as materialized (
    select * from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[]) as own (id, number, prompt, request_id, event_id, job_id, event_request_id)
    join shared using (number) where not exists (select from changed)
  ),
  run as (
    insert into runs (id, tenant, actor, project_id, task_id, prompt, work, document, state, pool, exclusive_key, version, created_at,
      status, attempt, last_ordinal, slice_micro_usd, slice_tokens)
    select id, tenant, actor, project_id, task_id, prompt, case when asked_by_job then work || jsonb_build_object('requestId', request_id) else work end,
      document, state, pool, exclusive_key, version, created_at, 'queued', 0, 0, 0, 0 from draft
  ),
  event as (
    insert into events (stream, sequence, id, tenant, actor, kind, version, request_id, at, data)
    select 'run.' || id, 1, event_id, tenant, event_actor, 'run.queued', ${String(currentVersion)}, event_request_id, at, data || jsonb_build_object('prompt', prompt)
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
    accepted.map(({ context }) => context.requestId),
  ]
}

const uuids = (ids: readonly string[]): string => `{${ids.join(',')}}`

/** All but what is the run's own. */
function sharedOf({ run, first, context, job }: Acceptance): string {
  const { view, state, pool, exclusiveKey } = run
  const whole = leanWork(run.work)
  const isAsked = 'requestId' in whole && whole.requestId === job.job.requestId
  const { prompt: _, ...data } = first.data
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
    event_actor: context.actor,
    at: first.at,
    data,
    status: job.status,
    publication: job.publication,
    priority: job.priority,
    not_before: job.notBefore,
    job_created_at: job.createdAt,
    published_at: job.publishedAt,
  }).text
}

function withoutRequest<Work extends { readonly requestId: unknown }>({ requestId: _, ...work }: Work): Omit<Work, 'requestId'> {
  return work
}
