import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { RunId } from '@codeforge/contracts/ids'
import type { RunFilter, RunRecord, RunStore } from '@codeforge/ports/store/runs'
import { sql, type ExpressionBuilder, type Kysely, type Selectable } from 'kysely'
import { rowsOf } from './by-key.ts'
import { insertRows, updateRows } from './json-rows.ts'
import { cursorId, pageOfRows } from './page.ts'
import { mutableColumns, rowOf, summaryColumns, toRunRecord, toRunSummary } from './run-row.ts'
import type { Tables } from './tables.ts'
import { isWithinTransaction } from './within.ts'

type Row = Selectable<Tables['runs']>

/** Runs as rows: what lists filter by is a column, the rest is documents. */
export function runStore(db: Kysely<Tables>): RunStore {
  return {
    insert: (run) => insertRows(db, 'runs', [rowOf(run)]),
    insertAll: (runs) => insertRows(db, 'runs', runs.map(rowOf)),
    async get(id) {
      const [row] = await rowsOf<Row>(db, 'select * from runs where id = $1', id)
      return row ? toRunRecord(row) : null
    },
    async lock(id) {
      if (!isWithinTransaction(db)) throw new Error('runs.lock outside a transaction locks nothing')
      // Not FOR UPDATE: rows that refer to the run may be inserted meanwhile.
      const [row] = await rowsOf<Row>(db, 'select * from runs where id = $1 for no key update', id)
      return row ? toRunRecord(row) : null
    },
    async lockAll(wanted) {
      if (!isWithinTransaction(db)) throw new Error('runs.lockAll outside a transaction locks nothing')
      const rows = await rowsOf<Row>(db, 'select * from runs where id = any($1::uuid[]) order by id for no key update', wanted)
      return rows.map(toRunRecord)
    },
    save: (run) => save(db, [run]),
    saveAll: (runs) => save(db, runs),
    async renew(id, attempt, workerId, until) {
      const result = await db.updateTable('runs').set({ lease_until: until })
        .where('id', '=', id).where('attempt', '=', attempt).where('lease_worker', '=', workerId).executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async delete(id) {
      await db.deleteFrom('jobs').where('run_id', '=', id).execute()
      await db.deleteFrom('runs').where('id', '=', id).execute()
    },
    ...runLists(db),
  }
}

async function save(db: Kysely<Tables>, runs: readonly RunRecord[]): Promise<void> {
  const saved = await updateRows(db, 'runs', runs.map((run) => ({ id: run.view.id, ...mutableColumns(run) })))
  if (saved !== runs.length) throw new CodeForgeError('not-found', `There is no run ${runs.map(({ view }) => view.id).join(' or ')}.`)
}

function runLists(db: Kysely<Tables>): Pick<RunStore, 'list' | 'countByStatus' | 'endLeasesBy' | 'expiredLeases' | 'endedBefore' | 'endedSince' | 'unfinished'> {
  const selectIds = db.selectFrom('runs').select('id')
  return {
    async list(filter, page) {
      const before = cursorId(page)
      const rows = await db.selectFrom('runs').select(summaryColumns).where(matches(filter))
        .$if(before !== null, (query) => query.where('id', '<', before))
        .orderBy('id', 'desc').limit(page.limit + 1).execute()
      return pageOfRows(rows, page.limit, toRunSummary)
    },
    async countByStatus(filter) {
      const rows = await db.selectFrom('runs').select((row) => ['status', row.fn.countAll<number>().as('runs')])
        .where(matches(filter)).groupBy('status').execute()
      return Object.fromEntries(rows.map(({ status, runs }) => [status, runs]))
    },
    async endLeasesBy(latest) {
      await db.updateTable('runs').set({ lease_until: latest }).where('lease_until', '>', latest).execute()
    },
    async expiredLeases(now, limit) {
      return ids(await selectIds.where('lease_until', '<', now).orderBy('lease_until').limit(limit).execute())
    },
    async endedBefore(time, limit) {
      return ids(await selectIds.where('ended_at', '<', time).orderBy('ended_at').orderBy('id').limit(limit).execute())
    },
    async endedSince(time) {
      return ids(await selectIds.where('ended_at', '>=', time).orderBy('ended_at').orderBy('id').execute())
    },
    async unfinished() {
      return ids(await selectIds.where('status', '<>', sql.lit('ended')).orderBy('id').execute())
    },
  }
}

function matches(filter: RunFilter) {
  return (row: ExpressionBuilder<Tables, 'runs'>) => row.and([
    row('tenant', '=', filter.tenant),
    ...(filter.project === undefined ? [] : [row('project_id', '=', filter.project)]),
    ...(filter.task === undefined ? [] : [row('task_id', '=', filter.task)]),
    ...(filter.status === undefined ? [] : [row('status', '=', row.fn.any(row.val([...filter.status])))]),
    // Says in words that the planner knows that the index of unfinished runs will do.
    ...(filter.status === undefined || filter.status.includes('ended') ? [] : [row('status', '<>', sql.lit('ended'))]),
  ])
}

function ids(rows: readonly { readonly id: string }[]): RunId[] {
  return rows.map(({ id }) => id as RunId)
}
