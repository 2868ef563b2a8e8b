import type { PoolName } from '@codeforge/contracts/job'
import type { JobId, ProjectId, RequestId, RunId, TenantId } from '@codeforge/contracts/ids'
import type { JobRecord, JobStore } from '@codeforge/ports/store/jobs'
import { sql, type Kysely } from 'kysely'
import { rowsOf, writtenBy } from './by-key.ts'
import { insertPublished } from './insert-published.ts'
import { toJobRow } from './job-row.ts'
import { insertRows } from './json-rows.ts'
import { wholeWork } from './lean-work.ts'
import type { Tables } from './tables.ts'
import { takeDue, type Row } from './take-due.ts'

const select = 'select jobs.*, runs.work, runs.prompt from jobs join runs on runs.id = jobs.run_id where jobs.run_id'

/** The outbox as rows. */
export function jobStore(db: Kysely<Tables>): JobStore {
  return {
    insert: (job) => insertRows(db, 'jobs', [toJobRow(job)]),
    async insertAll(jobs, at) {
      if (at) return insertPublished(db, jobs, at.now, at.limits)
      await insertRows(db, 'jobs', jobs.map(toJobRow))
      return []
    },
    async findByRun(run) {
      const [row] = await rowsOf<Row>(db, `${select} = $1`, run)
      return row ? toJob(row) : null
    },
    async findByRuns(runs) {
      return (await rowsOf<Row>(db, `${select} = any($1::uuid[])`, runs)).map(toJob)
    },
    async takeDue(now, limits) {
      return (await takeDue(db, now, limits)).map(toJob)
    },
    async markClaimed(runs) {
      await writtenBy(db, "update jobs set status = 'claimed' where run_id = any($1::uuid[])", runs)
    },
    async releaseOf(run, notBefore) {
      await db.updateTable('jobs').set({ status: 'pending', not_before: notBefore }).where('run_id', '=', run).execute()
    },
    async deleteOf(run) {
      await db.deleteFrom('jobs').where('run_id', '=', run).execute()
    },
    ...requeueing(db),
    ...counting(db),
  }
}

function requeueing(db: Kysely<Tables>): Pick<JobStore, 'requeueUnclaimed' | 'dueBy'> {
  const requeue = db.updateTable('jobs').set({ status: 'pending' }).where('status', '=', sql.lit('published'))
  return {
    async requeueUnclaimed(now, { first, longest }) {
      const patience = sql`least(${longest}::float8, ${first}::float8 * 2 ^ least(publication - 1, 30)) * interval '1 millisecond'`
      const due = requeue.where('published_at', '<', new Date(now.getTime() - Math.min(first, longest))).where(sql<boolean>`published_at < ${now}::timestamptz - ${patience}`)
      return Number((await due.executeTakeFirst()).numUpdatedRows)
    },
    async dueBy(now) {
      await db.updateTable('jobs').set({ not_before: now }).where('not_before', '>', now).execute()
      await db.updateTable('jobs').set({ published_at: now }).where('published_at', '>', now).execute()
    },
  }
}

function counting(db: Kysely<Tables>): Pick<JobStore, 'counts' | 'outstanding' | 'pendingUpTo'> {
  return {
    async counts() {
      const rows = await db.selectFrom('jobs')
        .select((row) => ['status', row.fn.countAll<number>().as('jobs'), row.fn.min('created_at').as('oldest')]).groupBy('status').execute()
      const of = (status: string) => rows.find((row) => row.status === status)
      return {
        pending: of('pending')?.jobs ?? 0,
        published: of('published')?.jobs ?? 0,
        claimed: of('claimed')?.jobs ?? 0,
        oldestPendingAt: of('pending')?.oldest ?? null,
      }
    },
    async outstanding(pools, now) {
      const { rows } = await sql<{ pool: PoolName; outstanding: number; due: boolean }>`
        with at_work as materialized (select pool, count(*) as jobs from jobs where status <> 'pending' group by pool)
        select pool, coalesce((select jobs from at_work where at_work.pool = served.pool), 0) as outstanding,
          exists (select from jobs where jobs.pool = served.pool and status = 'pending' and not_before <= ${now}) as due
        from unnest(${[...pools]}::text[]) as served (pool)`.execute(db)
      return Object.fromEntries(rows.map(({ pool, outstanding, due }) => [pool, { outstanding, due }]))
    },
    async pendingUpTo(limit) {
      const { rows: [row] } = await sql<{ jobs: number }>`
        select count(*) as jobs from (select from jobs where status = 'pending' limit ${limit}::bigint) as pending`.execute(db)
      return row?.jobs ?? 0
    },
  }
}

function toJob(row: Row): JobRecord {
  return {
    job: {
      id: row.id as JobId,
      kind: row.kind,
      pool: row.pool,
      runId: row.run_id as RunId,
      projectId: row.project_id as ProjectId,
      tenant: row.tenant as TenantId,
      requestId: row.request_id as RequestId,
      work: wholeWork(row.work, { ...row, id: row.run_id }),
    },
    publication: row.publication,
    status: row.status,
    priority: row.priority,
    exclusiveKey: row.exclusive_key,
    notBefore: row.not_before,
    createdAt: row.created_at,
    publishedAt: row.published_at,
  }
}
