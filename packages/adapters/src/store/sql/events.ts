import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { EventEnvelope } from '@codeforge/contracts/event'
import type { EventId, RequestId, TenantId } from '@codeforge/contracts/ids'
import type { EventStore, StreamAppend } from '@codeforge/ports/store/events'
import { sql, type Kysely, type Selectable } from 'kysely'
import { rowsOf } from './by-key.ts'
import { currentVersion, upcast } from './event-version.ts'
import { storable } from './json.ts'
import { recordset } from './json-rows.ts'
import type { Tables } from './tables.ts'

/** Events as rows, appended as one JSONB parameter: a batch costs one statement whatever its size. */
export function eventStore(db: Kysely<Tables>): EventStore {
  const select = db.selectFrom('events').selectAll()
  return {
    append: async (stream, expected, drafts, context) => (await appendAll(db, [{ stream, expected, drafts, context }]))[0] ?? [],
    appendAll: (appends) => appendAll(db, appends),
    async read(stream, after, limit) {
      const rows = await rowsOf<Selectable<Tables['events']>>(db, 'select * from events where stream = $1 and sequence > $2 order by sequence limit $3', stream, after, limit)
      return rows.map(toEnvelope)
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

async function appendAll(db: Kysely<Tables>, appends: readonly StreamAppend[]): Promise<EventEnvelope[][]> {
  const rows = appends.flatMap(draftRows)
  const positions = rows.length === 0 ? [] : await insert(db, rows, appends).catch((error: unknown) => {
    throw isConflict(error) ? stale(appends, error) : error
  })
  const envelopes = rows.map((row, index) => envelopeOf(row, positions[index] ?? 0))
  let end = 0
  return appends.map(({ drafts }) => envelopes.slice(end, (end += drafts.length)))
}

function draftRows({ stream, expected, drafts, context }: StreamAppend) {
  return drafts.map(({ id, at, attempt, data }, index) => ({
    stream, sequence: expected + index + 1, id, tenant: context.tenant, actor: context.actor, kind: data.kind, version: currentVersion, attempt,
    request_id: context.requestId, at: at.toISOString(), data,
  }))
}

type EventRow = ReturnType<typeof draftRows>[number]

function envelopeOf({ request_id: requestId, id, data, ...row }: EventRow, position: number): EventEnvelope {
  return { ...row, id: id as EventId, requestId, data: storable(data).value, position }
}

/**
 * Inserts where every stream stands where it is expected, and returns the positions in order.
 * The lock says, until the transaction ends, that positions above its number are still to come; see `settledPosition`.
 */
async function insert(db: Kysely<Tables>, drafts: readonly EventRow[], appends: readonly StreamAppend[]): Promise<readonly number[]> {
  const grown = appends.filter(({ drafts: own }) => own.length > 0)
  const { rows: [stored] } = await sql<{ positions: readonly number[] | null }>`
    with floor as materialized (
      select pg_advisory_xact_lock_shared(last_value) from events_position
      where not exists (
        select from unnest(${grown.map(({ stream }) => stream)}::text[], ${grown.map(({ expected }) => expected)}::int[]) as wanted (stream, expected)
        -- Scalar on purpose: of an "exists" the server would make a hash of all events.
        where (select true from events where events.stream = wanted.stream and sequence = expected + 1 limit 1)
          or (expected > 0 and (select true from events where events.stream = wanted.stream and sequence = expected limit 1) is null)
      )
    ), stored as (
      insert into events (stream, sequence, id, tenant, actor, kind, version, attempt, request_id, at, data)
      select draft.stream, draft.sequence, draft.id, draft.tenant, draft.actor, draft.kind, draft.version, draft.attempt, draft.request_id, draft.at, draft.data
      from floor cross join ${recordset('events', drafts)} as draft
      returning position
    )
    select array_agg(position)::float8[] as positions from stored`.execute(db)
  const positions = stored?.positions ?? []
  if (positions.length !== drafts.length) throw stale(appends)
  return positions
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

function stale(appends: readonly StreamAppend[], cause?: unknown): CodeForgeError {
  const wanted = appends.map(({ stream, expected }) => `${stream} does not end at ${String(expected)}`)
  return new CodeForgeError('stale-version', `${wanted.join(', or ')}.`, { cause })
}
