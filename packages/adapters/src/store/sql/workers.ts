import type { WorkerId } from '@codeforge/contracts/ids'
import type { WorkerStore } from '@codeforge/ports/store/workers'
import { sql, type Kysely } from 'kysely'
import { jsonb } from './json.ts'
import type { Tables } from './tables.ts'

/** Workers that have announced themselves, as rows. */
export function workerStore(db: Kysely<Tables>): WorkerStore {
  return {
    async announce(worker, now) {
      // A row that an insert made has no xmax; one that it updated has.
      const { rows: [row] } = await sql<{ inserted: boolean }>`
        insert into workers (id, document, started_at, seen_at) values (${worker.workerId}, ${jsonb(worker)}, ${now}, ${now})
        on conflict (id) do update set document = excluded.document, seen_at = excluded.seen_at
        returning xmax = 0 as inserted`.execute(db)
      return row?.inserted ?? false
    },
    async alive(since) {
      const rows = await db.selectFrom('workers').selectAll().where('seen_at', '>=', since).orderBy('id').execute()
      return rows.map((row) => ({ ...row.document, workerId: row.id as WorkerId, startedAt: row.started_at, seenAt: row.seen_at }))
    },
    async seenBy(now) {
      await db.updateTable('workers').set({ seen_at: now }).where('seen_at', '>', now).execute()
    },
    async forget(id) {
      return (await db.deleteFrom('workers').where('id', '=', id).executeTakeFirst()).numDeletedRows === 1n
    },
  }
}
