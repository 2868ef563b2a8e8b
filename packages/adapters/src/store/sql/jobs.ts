import type { JobId, ProjectId, RequestId, RunId, TenantId } from '@codeforge/contracts/ids'
import type { JobRecord, JobStore } from '@codeforge/ports/store/jobs'
import { sql, type Kysely, type Selectable } from 'kysely'
import { jsonb, plainText } from './json.ts'
import type { Tables } from './tables.ts'
import { takeDue } from './take-due.ts'

/** The outbox as rows. */
export function jobStore(db: Kysely<Tables>): JobStore {
  const select = db.selectFrom('jobs').selectAll()
  return {
    async insert(job) {
      await db.insertInto('jobs').values(toRow(job)).execute()
    },
    async get(id) {
      return found(await select.where('id', '=', id).executeTakeFirst())
    },
    async findByRun(run) {
      return found(await select.where('run_id', '=', run).executeTakeFirst())
    },
    async takeDue(now, limits) {
      return (await takeDue(db, now, limits)).map(toJob)
    },
    async markClaimed(id) {
      await db.updateTable('jobs').set({ status: 'claimed' }).where('id', '=', id).execute()
    },
    async release(id, notBefore) {
      await db.updateTable('jobs').set({ status: 'pending', not_before: notBefore }).where('id', '=', id).execute()
    },
    async delete(id) {
      await db.deleteFrom('jobs').where('id', '=', id).execute()
    },
    ...requeueing(db),
    ...counting(db),
  }
}

function requeueing(db: Kysely<Tables>): Pick<JobStore, 'requeueUnclaimed' | 'requeuePublished'> {
  const requeue = db.updateTable('jobs').set({ status: 'pending' }).where('status', '=', sql.lit('published'))
  return {
    async requeueUnclaimed(before) {
      return Number((await requeue.where('published_at', '<', before).executeTakeFirst()).numUpdatedRows)
    },
    async requeuePublished() {
      return Number((await requeue.executeTakeFirst()).numUpdatedRows)
    },
  }
}

function counting(db: Kysely<Tables>): Pick<JobStore, 'counts' | 'outstanding' | 'countByProject'> {
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
    async outstanding() {
      const rows = await db.selectFrom('jobs').select((row) => ['pool', row.fn.countAll<number>().as('jobs')])
        .where('status', '<>', sql.lit('pending')).groupBy('pool').execute()
      return Object.fromEntries(rows.map(({ pool, jobs }) => [pool, jobs]))
    },
    async countByProject(project) {
      const row = await db.selectFrom('jobs').select((jobs) => jobs.fn.countAll<number>().as('jobs')).where('project_id', '=', project).executeTakeFirst()
      return row?.jobs ?? 0
    },
  }
}

function toRow({ job, ...record }: JobRecord) {
  return {
    id: job.id,
    tenant: job.tenant,
    run_id: job.runId,
    project_id: job.projectId,
    kind: job.kind,
    pool: job.pool,
    request_id: job.requestId,
    work: jsonb(job.work),
    status: record.status,
    publication: record.publication,
    priority: record.priority,
    exclusive_key: record.exclusiveKey === null ? null : plainText(record.exclusiveKey),
    not_before: record.notBefore,
    created_at: record.createdAt,
    published_at: record.publishedAt,
  }
}

function toJob(row: Selectable<Tables['jobs']>): JobRecord {
  return {
    job: {
      id: row.id as JobId,
      kind: row.kind,
      pool: row.pool,
      runId: row.run_id as RunId,
      projectId: row.project_id as ProjectId,
      tenant: row.tenant as TenantId,
      requestId: row.request_id as RequestId,
      work: row.work,
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

function found(row: Selectable<Tables['jobs']> | undefined): JobRecord | null {
  return row ? toJob(row) : null
}
