import type { DispatchLimits, JobRecord } from '@codeforge/ports/store/jobs'
import { sql, type Kysely } from 'kysely'
import { advisoryLocks } from './advisory-locks.ts'
import { toJobRow } from './job-row.ts'
import { storable } from './json.ts'
import type { Tables } from './tables.ts'
import { within } from './within.ts'

/** Inserts jobs, those that may go out at once as published, and returns these. What their limits are counted over is locked as `takeDue` does. */
export function insertPublished(db: Kysely<Tables>, jobs: readonly JobRecord[], now: Date, limits: DispatchLimits): Promise<JobRecord[]> {
  if (jobs.length === 0) return Promise.resolve([])
  return within(db, async (transaction) => {
    // Asked for at once, so that they travel together. The second is a statement of its own because it must see what others committed before the lock was given.
    const lock = sql`select pg_advisory_xact_lock(${sql.lit(advisoryLocks.dispatch)}, 0)`.execute(transaction)
    const [, { rows }] = await Promise.all([lock, insert(jobs, now, limits).execute(transaction)])
    const published = new Set(rows.filter(({ status }) => status === 'published').map(({ id }) => id))
    return jobs.filter(({ job }) => published.has(job.id)).map((job) => ({ ...job, status: 'published', publication: 1, publishedAt: now }))
  })
}

/** `open`: pools in which nothing that is due waits. `room`: how many jobs each project has at work, counted up to its limit. */
function insert(jobs: readonly JobRecord[], now: Date, limits: DispatchLimits) {
  const pools = Object.keys(limits.free)
  return sql<{ readonly id: string; readonly status: string }>`
    with draft as (
      select *, row_number() over (partition by pool order by priority desc, created_at, id) as place,
        row_number() over (partition by project_id order by priority desc, created_at, id) as rank
      from jsonb_populate_recordset(null::jobs, ${storable(jobs.map(toJobRow)).text}::jsonb)
    ), open as materialized (
      select * from unnest(${pools}::text[], ${pools.map((pool) => limits.free[pool] ?? 0)}::int[]) as slots (pool, free)
      where not exists (select from jobs where jobs.pool = slots.pool and status = 'pending' and not_before <= ${now})
    ), room as materialized (
      select project_id, most, (select count(*) from (select from jobs where jobs.project_id = wanted.project_id and status <> 'pending' limit most) as at_work) as busy
      from (
        select distinct project_id, coalesce((select max_concurrent_runs from projects where id = project_id), ${limits.perProject}::int) as most from draft
      ) as wanted
    ), judged as (
      select draft.*, coalesce(exclusive_key is null and not_before <= ${now} and place <= free and busy + rank <= most, false) as goes
      from draft left join open using (pool) left join room using (project_id)
    )
    insert into jobs (id, tenant, run_id, project_id, kind, pool, request_id, status, publication, priority, exclusive_key, not_before, created_at, published_at)
    select id, tenant, run_id, project_id, kind, pool, request_id, case when goes then 'published' else status end, case when goes then 1 else publication end,
      priority, exclusive_key, not_before, created_at, case when goes then ${now} else published_at end
    from judged
    returning id, status`
}
