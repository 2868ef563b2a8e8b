import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { EventEnvelope, StreamName } from '@codeforge/contracts/event'
import type { EventId, RequestId, TenantId } from '@codeforge/contracts/ids'
import type { AppendContext, EventDraft, EventStore } from '@codeforge/ports/store/events'
import { sql, type Kysely, type Selectable } from 'kysely'
import { currentVersion, upcast } from './event-version.ts'
import { storable } from './json.ts'
import type { Tables } from './tables.ts'

/** Events as rows, appended as one JSONB parameter: a batch costs one statement whatever its size. */
export function eventStore(db: Kysely<Tables>): EventStore {
  const select = db.selectFrom('events').selectAll()
  return {
    append: (stream, expected, drafts, context) => append(db, stream, expected, drafts, context),
    async read(stream, after, limit) {
      return (await select.where('stream', '=', stream).where('sequence', '>', after).orderBy('sequence').limit(limit).execute()).map(toEnvelope)
    },
    async readAll(afterPosition, limit) {
      const settled = await settledPosition(db)
      const rows = await select.where('position', '>', afterPosition).where('position', '<=', settled).orderBy('position').limit(limit).execute()
      return rows.map(toEnvelope)
    },
    async readKinds({ tenant, kinds, since, afterPosition }, limit) {
      const settled = await settledPosition(db)
      const rows = await select.where('position', '>', afterPosition).where('position', '<=', settled)
        .where('tenant', '=', tenant).where('kind', 'in', kinds).where('at', '>=', since).orderBy('position').limit(limit).execute()
      return rows.map(toEnvelope)
    },
    async lastSequence(stream) {
      const row = await db.selectFrom('events').select('sequence').where('stream', '=', stream).orderBy('sequence', 'desc').limit(1).executeTakeFirst()
      return row?.sequence ?? 0
    },
    async deleteStream(stream) {
      await db.deleteFrom('events').where('stream', '=', stream).execute()
    },
  }
}

async function append(
  db: Kysely<Tables>, stream: StreamName, expected: number, drafts: readonly EventDraft[], context: AppendContext,
): Promise<EventEnvelope[]> {
  if (drafts.length === 0) return []
  const { text, value: rows } = storable(drafts.map((draft, index) => ({ ...draft, kind: draft.data.kind, sequence: expected + index + 1 })))
  const positions = await insert(db, stream, expected, text, context).catch((error: unknown) => {
    throw isConflict(error) ? stale(stream, expected, error) : error
  })
  if (positions.length !== rows.length) throw stale(stream, expected)
  return rows.map(({ id, at, attempt, data, sequence, kind }, index) => ({
    ...head(stream, context),
    id: id as EventId,
    version: currentVersion,
    sequence,
    position: positions[index] ?? 0,
    attempt,
    at: at.toISOString(),
    kind,
    data,
  }))
}

function head(stream: StreamName, context: AppendContext) {
  return { stream, tenant: context.tenant, actor: context.actor, requestId: context.requestId }
}

/**
 * Inserts where the stream stands at `expected`, and returns the positions in order.
 * The lock says, until the transaction ends, that positions above its number are still to come; see `settledPosition`.
 */
async function insert(db: Kysely<Tables>, stream: StreamName, expected: number, rows: string, context: AppendContext): Promise<number[]> {
  const result = await sql<{ position: number }>`
    with floor as materialized (
      select pg_advisory_xact_lock_shared(last_value) from events_position
      where (${expected}::int = 0 or exists (select from events where stream = ${stream} and sequence = ${expected}::int))
        and not exists (select from events where stream = ${stream} and sequence = ${expected}::int + 1)
    )
    insert into events (stream, sequence, id, tenant, actor, kind, version, attempt, request_id, at, data)
    select ${stream}, draft.sequence, draft.id, ${context.tenant}::uuid, ${context.actor}, draft.kind, ${sql.lit(currentVersion)}, draft.attempt,
      ${context.requestId}, draft.at, draft.data
    from floor cross join jsonb_to_recordset(${rows}::jsonb)
      as draft (sequence int, id uuid, kind text, attempt int, at timestamptz, data jsonb)
    order by draft.sequence
    returning position`.execute(db)
  return result.rows.map(({ position }) => position)
}

/**
 * The position up to which no running transaction can still add events. Positions are taken before they are committed, so a
 * reader that went simply by what it sees would pass over those of a transaction that commits late. The three reads must
 * happen in this order, in statements of their own: the last position taken, the locks that appends hold, and then the rows.
 */
async function settledPosition(db: Kysely<Tables>): Promise<number> {
  const { rows: [taken] } = await sql<{ position: number }>`select last_value as position from events_position`.execute(db)
  const { rows: [running] } = await sql<{ floor: number | null }>`
    select min((classid::bigint << 32) | objid::bigint) as floor from pg_locks
    where locktype = 'advisory' and objsubid = 1 and mode = 'ShareLock' and granted
      and database = (select oid from pg_database where datname = current_database())
      -- What this transaction itself appended it may read.
      and pid <> pg_backend_pid()`.execute(db)
  return Math.min(taken?.position ?? 0, running?.floor ?? Infinity)
}

function toEnvelope(row: Selectable<Tables['events']>): EventEnvelope {
  return upcast({
    id: row.id as EventId,
    version: row.version,
    stream: row.stream,
    sequence: row.sequence,
    position: row.position,
    tenant: row.tenant as TenantId,
    actor: row.actor,
    attempt: row.attempt,
    requestId: row.request_id as RequestId | null,
    at: row.at.toISOString(),
    kind: row.kind,
    data: row.data,
  })
}

function isConflict(error: unknown): boolean {
  return error instanceof CodeForgeError && error.code === 'conflict'
}

function stale(stream: StreamName, expected: number, cause?: unknown): CodeForgeError {
  return new CodeForgeError('stale-version', `${stream} does not end at ${String(expected)}.`, { cause })
}
