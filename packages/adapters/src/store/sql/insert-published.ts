import type { DispatchLimits, JobRecord } from '@codeforge/ports/store/jobs'
import { sql, type Kysely } from 'kysely'
import { advisoryLocks } from './advisory-locks.ts'
import { toJobRow } from './job-row.ts'
import { recordset } from './json-rows.ts'
import type { Tables } from './tables.ts'
import { within } from './within.ts'

/** Inserts jobs, those that may go out at once as published, and returns these. What their limits are counted over is locked as `takeDue` does. */
export function insertPublished(db: Kysely<Tables>, jobs: readonly JobRecord[], now: Date, limits: DispatchLimits): Promise<JobRecord[]> {
  if (jobs.length === 0) return Promise.resolve([])
  return within(db, async (transaction) => {
    // Asked for at once, so that they travel together. The second is a statement of its own because it must see what others committed before the lock was given.
    const lock = sql`select pg_advisory_xact_lock(${sql.lit(advisoryLocks.dispatch)}, 0)`.execute(transaction)
    const [, { rows: [row] }] = await Promise.all([lock, insert(jobs, now, limits).execute(transaction)])
    const waiting = new Set(row?.waiting)
    return jobs.filter(({ job }) => !waiting.has(job.id)).map((job) => ({ ...job, status: 'published', publication: 1, publishedAt: now }))
  })
}

/** `open`: pools in which nothing that is due waits. `room`: how many jobs each project has at work, counted up to its limit. */
function insert(jobs: readonly JobRecord[], now: Date, limits: DispatchLimits) {
  const pools = Object.keys(limits.free)
  const places = placesOf(jobs, now)
  const projects = [...new Set(jobs.map(({ job }) => job.projectId))]
  return sql<{ readonly waiting: readonly string[] | null }>`
    with open as materialized (
      select * from unnest(${pools}::text[], ${pools.map((pool) => limits.free[pool] ?? 0)}::int[]) as slots (pool, free)
      where not exists (select from jobs where jobs.pool = slots.pool and status = 'pending' and not_before <= ${now})
    ), room as materialized (
      select project_id, most, (select count(*) from (select from jobs where jobs.project_id = wanted.project_id and status <> 'pending' limit most) as at_work) as busy
      from (
        select project_id, coalesce((select max_concurrent_runs from projects where id = project_id), ${limits.perProject}::int) as most
        from unnest(${projects}::uuid[]) as listed (project_id)
      ) as wanted
    ), judged as (
      select draft.*, coalesce(prompt and place <= free and busy + rank <= most, false) as goes
      from ${recordset('jobs', jobs.map(toJobRow))} as draft
      join unnest(${places.map(({ id }) => id)}::uuid[], ${places.map(({ place }) => place)}::int[], ${places.map(({ rank }) => rank)}::int[], ${places.map(({ prompt }) => prompt)}::boolean[])
        as placed (id, place, rank, prompt) using (id) left join open using (pool) left join room using (project_id)
    ), stored as (
      insert into jobs (id, tenant, run_id, project_id, kind, pool, request_id, status, publication, priority, exclusive_key, not_before, created_at, published_at)
      select id, tenant, run_id, project_id, kind, pool, request_id, case when goes then 'published' else status end, case when goes then 1 else publication end,
        priority, exclusive_key, not_before, created_at, case when goes then ${now} else published_at end
      from judged
      returning id, status
    )
    select array_agg(id) filter (where status <> 'published') as waiting from stored`
}

/** Of each its place among those of its pool, its rank among those of its project, and whether it may go at once if there is room. */
function placesOf(jobs: readonly JobRecord[], now: Date) {
  const places = new Map<string, number>()
  const next = (key: string): number => {
    const place = (places.get(key) ?? 0) + 1
    places.set(key, place)
    return place
  }
  return [...jobs].sort(inOrder).map((record) => ({
    id: record.job.id,
    place: next(`pool ${record.job.pool}`),
    rank: next(record.job.projectId),
    prompt: record.exclusiveKey === null && record.notBefore <= now,
  }))
}

/** By priority, then by age. */
function inOrder(one: JobRecord, other: JobRecord): number {
  return other.priority - one.priority || one.createdAt.getTime() - other.createdAt.getTime() || (one.job.id < other.job.id ? -1 : 1)
}
