import type { DispatchLimits } from '@codeforge/ports/store/jobs'
import { sql, type Kysely, type Selectable } from 'kysely'
import { advisoryLocks } from './advisory-locks.ts'
import type { Tables } from './tables.ts'
import { within } from './within.ts'

type Row = Selectable<Tables['jobs']>

/** Marks the jobs that may go out now as published and returns them in the order in which they should. */
export function takeDue(db: Kysely<Tables>, now: Date, limits: DispatchLimits): Promise<Row[]> {
  const free = Object.entries(limits.free).filter(([, slots]) => slots > 0)
  if (free.length === 0) return Promise.resolve([])
  return within(db, async (transaction) => {
    // Limits and exclusive keys are counted over rows that another dispatcher may just be changing, so dispatchers take turns.
    await sql`select pg_advisory_xact_lock(${sql.lit(advisoryLocks.dispatch)}, 0)`.execute(transaction)
    const { rows } = await publish(now, limits.perProject, free).execute(transaction)
    return rows.sort((one, other) => one.place - other.place)
  })
}

/**
 * `busy`: jobs at work by project. `ready`: pending jobs whose exclusive key is free, one for each key. `queued`: the rank of
 * each within its project. `placed`: those that their project has room for, by priority, then by how many jobs of the project
 * would go before, then by age. `chosen`: as many as each pool has slots; rows that a transaction of a run holds wait for the next call.
 */
function publish(now: Date, perProject: number, free: readonly (readonly [string, number])[]) {
  return sql<Row & { readonly place: number }>`
    with slots as (
      select * from unnest(${free.map(([pool]) => pool)}::text[], ${free.map(([, slots]) => slots)}::int[]) as slots (pool, free)
    ), busy as (
      select project_id, count(*)::int as jobs from jobs where status <> 'pending' group by project_id
    ), due as (
      select jobs.id, jobs.pool, jobs.project_id, jobs.priority, jobs.created_at,
        row_number() over (partition by coalesce(jobs.exclusive_key, jobs.id::text) order by jobs.priority desc, jobs.created_at, jobs.id) as turn
      from jobs join slots using (pool)
      where jobs.status = 'pending' and jobs.not_before <= ${now}
        and not exists (select from jobs as other where other.exclusive_key = jobs.exclusive_key and other.status <> 'pending')
    ), queued as (
      select due.id, due.pool, due.priority, due.created_at,
        coalesce(busy.jobs, 0) + row_number() over (partition by due.project_id order by due.priority desc, due.created_at, due.id) as rank,
        coalesce(projects.max_concurrent_runs, ${perProject}::int) as most
      from due left join busy using (project_id) left join projects on projects.id = due.project_id
      where due.turn = 1
    ), placed as (
      select id, pool, row_number() over (order by priority desc, rank, created_at, id) as place,
        row_number() over (partition by pool order by priority desc, rank, created_at, id) as place_in_pool
      from queued where rank <= most
    ), chosen as (
      select jobs.id, placed.place from jobs join placed using (id) join slots on slots.pool = placed.pool
      where placed.place_in_pool <= slots.free and jobs.status = 'pending'
      for update of jobs skip locked
    )
    update jobs set status = 'published', publication = publication + 1, published_at = ${now}
    from chosen where jobs.id = chosen.id
    returning jobs.*, chosen.place`
}
