import type { DispatchLimits } from '@codeforge/ports/store/jobs'
import { sql, type Kysely, type Selectable } from 'kysely'
import { advisoryLocks } from './advisory-locks.ts'
import type { Tables } from './tables.ts'
import { isWithinTransaction, within } from './within.ts'

/** A job with the work of its run. */
export type Row = Selectable<Tables['jobs']> & Pick<Selectable<Tables['runs']>, 'work' | 'prompt'>

/** Marks the jobs that may go out now as published and returns them in the order in which they should. */
export function takeDue(db: Kysely<Tables>, now: Date, limits: DispatchLimits): Promise<Row[]> {
  const free = Object.entries(limits.free).filter(([, slots]) => slots > 0)
  if (free.length === 0) return Promise.resolve([])
  const alone = !isWithinTransaction(db)
  return within(db, async (transaction) => {
    // Limits and exclusive keys are counted over rows that another dispatcher may just be changing, so dispatchers take turns.
    // The mark need not be on disk before the job goes out: lost in a crash, the job goes out again under the same number.
    await sql`select pg_advisory_xact_lock(${sql.lit(advisoryLocks.dispatch)}, 0),
      set_config('synchronous_commit', case when ${alone} then 'off' else current_setting('synchronous_commit') end, true)`.execute(transaction)
    const { rows } = await publish(now, limits.perProject, free).execute(transaction)
    return rows.sort((one, other) => one.place - other.place)
  })
}

/**
 * `waiting`: pools and projects with pending jobs, found by jumping from one to the next in the index. `due`: of each as many as
 * the pool has slots, in their order, whose exclusive key is free. `queued`: one for each key, with its rank within its project after
 * the jobs at work. `placed`: those that their project has room for, by priority, then by how many jobs of the project
 * would go before, then by age. `chosen`: as many as each pool has slots; rows that a transaction of a run holds wait for the next call.
 */
function publish(now: Date, perProject: number, free: readonly (readonly [string, number])[]) {
  return sql<Row & { readonly place: number }>`
    with recursive slots as (
      select * from unnest(${free.map(([pool]) => pool)}::text[], ${free.map(([, slots]) => slots)}::int[]) as slots (pool, free)
    ), waiting as (
      select slots.pool, slots.free, first.project_id from slots cross join lateral (
        select project_id from jobs where jobs.pool = slots.pool and status = 'pending' order by project_id limit 1
      ) as first
      union all
      select waiting.pool, waiting.free, next.project_id from waiting cross join lateral (
        select project_id from jobs where jobs.pool = waiting.pool and status = 'pending' and project_id > waiting.project_id order by project_id limit 1
      ) as next
    ), due as (
      select job.*, waiting.pool, waiting.project_id,
        row_number() over (partition by coalesce(job.exclusive_key, job.id::text) order by job.priority desc, job.created_at, job.id) as turn
      from waiting cross join lateral (
        select id, run_id, priority, created_at, exclusive_key from jobs
        where jobs.pool = waiting.pool and jobs.project_id = waiting.project_id and status = 'pending' and not_before <= ${now}
          and (exclusive_key is null or not exists (select from jobs as other where other.exclusive_key = jobs.exclusive_key and other.status <> 'pending'))
        order by priority desc, created_at, id limit waiting.free
      ) as job
    ), room as materialized (
      select project_id, most, (select count(*) from (select from jobs where jobs.project_id = waiting.project_id and status <> 'pending' limit most) as at_work) as busy
      from (
        select distinct project_id, coalesce((select max_concurrent_runs from projects where id = project_id), ${perProject}::int) as most from waiting
      ) as waiting
    ), queued as (
      select due.id, due.run_id, due.pool, due.priority, due.created_at, room.most,
        room.busy + row_number() over (partition by due.project_id order by due.priority desc, due.created_at, due.id) as rank
      from due join room using (project_id) where due.turn = 1
    ), placed as (
      select run_id, pool, row_number() over (order by priority desc, rank, created_at, id) as place,
        row_number() over (partition by pool order by priority desc, rank, created_at, id) as place_in_pool
      from queued where rank <= most
    ), chosen as (
      select jobs.run_id, placed.place from placed join slots using (pool) join jobs on jobs.run_id = placed.run_id
      -- Written so that nobody looks for the run in the index of pending jobs, which is ordered by something else.
      where placed.place_in_pool <= slots.free and coalesce(jobs.status, '') = 'pending'
      for update of jobs skip locked
    )
    update jobs set status = 'published', publication = publication + 1, published_at = ${now}
    from chosen, runs where jobs.run_id = chosen.run_id and runs.id = jobs.run_id
    returning jobs.*, runs.work, runs.prompt, chosen.place`
}
