import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { EventEnvelope, StreamName } from '@codeforge/contracts/event'
import type { EventId, RequestId, TenantId } from '@codeforge/contracts/ids'
import type { AppendContext, EventDraft, EventStore, StreamAppend } from '@codeforge/ports/store/events'
import { sql, type Kysely, type Selectable, type SelectQueryBuilder } from 'kysely'
import { rowsOf, writtenBy } from './by-key.ts'
import { currentVersion, upcast } from './event-version.ts'
import { jsonb, storable } from './json.ts'
import type { Tables } from './tables.ts'

type Row = Selectable<Tables['events']>

/** Events as rows; a batch costs one statement whatever its size. */
export function eventStore(db: Kysely<Tables>): EventStore {
  const select = db.selectFrom('events').selectAll()
  return {
    async append(stream, expected, drafts, context) {
      let positions: readonly number[] = []
      await append([{ stream, expected, drafts, context }], async (text, parameters) => {
        positions = (await rowsOf<{ readonly position: number }>(db, `${text} returning position`, ...parameters)).map(({ position }) => position)
        return positions.length
      })
      return drafts.map((draft, index) => envelopeOf(stream, context, draft, expected + index + 1, positions[index] ?? 0))
    },
    async appendAll(appends) {
      await append(appends, (text, parameters) => writtenBy(db, text, ...parameters))
    },
    async read(stream, after, limit) {
      const run = runOf(stream)
      const rows = run === null || after > 0 ? await rowsOf<Row>(db, stored, stream, after, limit) : await rowsOf<Row>(db, fromStart, stream, 0, limit, run)
      return rows.map(toEnvelope)
    },
    async readAll(afterPosition, limit) {
      return (await readInOrder(db, afterPosition, limit, select)).map(toEnvelope)
    },
    async readKinds({ tenant, kinds, since, afterPosition }, limit) {
      const wanted = select.where('tenant', '=', tenant).where('kind', 'in', kinds).where('at', '>=', since)
      return (await readInOrder(db, afterPosition, limit, wanted)).map(toEnvelope)
    },
    async lastSequence(stream) {
      const [row] = await rowsOf<Pick<Row, 'sequence'>>(db, last, stream, runOf(stream))
      return row?.sequence ?? 0
    },
    async deleteStream(stream) {
      await writtenBy(db, deletion, stream, runOf(stream))
    },
  }
}

/** The run whose row may tell the first event of its stream. */
function runOf(stream: StreamName): string | null {
  return stream.startsWith('run.') ? stream.slice('run.'.length) : null
}

const columns = 'stream, sequence, position, id, tenant, actor, kind, version, attempt, request_id, at, data'
const stored = `select ${columns} from stored_events where stream = $1 and sequence > $2 order by sequence limit $3`
/** Not from the view of both: it knows streams by their names, and rows of runs are found by their ids. */
const fromStart = `select ${columns} from queued_events where run = $4::uuid union all (${stored}) order by sequence limit $3`
const last = `select coalesce(
  (select sequence from stored_events where stream = $1 order by sequence desc limit 1), (select sequence from queued_events where run = $2::uuid), 0) as sequence`
const deletion = `
  with told as (
    update runs set queued_position = null, queued_event = null, queued_request = null, queued_data = null where id = $2::uuid and queued_position is not null
  )
  delete from stored_events where stream = $1`

/** Appends, by a statement that says how many events it wrote. */
async function append(appends: readonly StreamAppend[], write: (text: string, parameters: readonly unknown[]) => Promise<number>): Promise<void> {
  const grown = appends.filter(({ drafts }) => drafts.length > 0)
  if (grown.length === 0) return
  const written = await write(insertion, [...parametersOf(grown), ...draftParametersOf(grown)]).catch((error: unknown) => {
    throw isConflict(error) ? stale(grown, error) : error
  })
  if (written !== grown.reduce((sum, { drafts }) => sum + drafts.length, 0)) throw stale(grown)
}

/**
 * Inserts where every stream stands where it is expected. What a stream's events have in common travels once; events come as a list for each
 * column, which costs the server half of what documents with all columns do, and are not joined with anything: positions are given in their order. The lock says, until the transaction ends, that positions
 * above its number are still to come; see `settledPosition`.
 */
const insertion = `
  with wanted as materialized (
    select * from unnest($1::text[], $2::int[], $6::uuid[]) as wanted (stream, expected, run)
  ), floor as materialized (
    select pg_advisory_xact_lock_shared(last_value) from events_position
    where not exists (
      select from wanted
      -- Scalar on purpose: of an "exists" the server would make a hash of all events.
      where (select true from stored_events where stored_events.stream = wanted.stream and sequence = expected + 1 limit 1)
        or (expected = 0 and (select true from queued_events where queued_events.run = wanted.run))
        or (expected > 0 and (select true from stored_events where stored_events.stream = wanted.stream and sequence = expected limit 1) is null
          and (expected > 1 or (select true from queued_events where queued_events.run = wanted.run) is null))
    )
  )
  insert into stored_events (stream, sequence, id, tenant, actor, kind, version, attempt, request_id, at, data)
  select ($1::text[])[number], sequence, id, ($3::uuid[])[number], ($4::text[])[number], kind, ${String(currentVersion)}, attempt, ($5::text[])[number], at, data::jsonb
  from floor cross join unnest($7::int[], $8::int[], $9::uuid[], $10::text[], $11::int[], $12::timestamptz[], string_to_array($13, $14))
    as draft (number, sequence, id, kind, attempt, at, data)`

function parametersOf(appends: readonly StreamAppend[]): readonly unknown[] {
  const contexts = appends.map(({ context }) => context)
  return [
    appends.map(({ stream }) => stream), appends.map(({ expected }) => expected), contexts.map(({ tenant }) => tenant), contexts.map(({ actor }) => actor),
    contexts.map(({ requestId }) => requestId), appends.map(({ stream }) => runOf(stream)),
  ]
}

/** Never in JSON, where such characters are written as escapes. */
const separator = '\u001e'
/** Of values that need no quotes. */
const list = (values: readonly (string | number)[]): string => `{${values.join(',')}}`

/** In one pass: there may be many. */
function draftParametersOf(appends: readonly StreamAppend[]): readonly unknown[] {
  const columns = { number: [] as number[], sequence: [] as number[], id: [] as string[], kind: [] as string[], attempt: [] as (number | 'null')[], at: [] as string[], data: [] as string[] }
  for (const [index, { expected, drafts }] of appends.entries()) {
    let sequence = expected
    for (const { id, at, attempt, data } of drafts) {
      columns.number.push(index + 1)
      columns.sequence.push((sequence += 1))
      columns.id.push(id)
      columns.kind.push(data.kind)
      columns.attempt.push(attempt ?? 'null')
      columns.at.push(at.toISOString())
      columns.data.push(jsonb(data))
    }
  }
  const { number, sequence, id, kind, attempt, at, data } = columns
  return [list(number), list(sequence), list(id), list(kind), list(attempt), list(at), data.join(separator), separator]
}

function envelopeOf(stream: StreamName, { tenant, actor, requestId }: AppendContext, draft: EventDraft, sequence: number, position: number): EventEnvelope {
  const { id, at, attempt, data } = draft
  return {
    id: id as EventId, version: currentVersion, stream, sequence, position, tenant, actor, attempt, requestId, at: at.toISOString(), kind: data.kind, data: storable(data).value,
  }
}

/** Positions that are read at first in one go; where they hold little, twice as many at the next. */
const firstWindow = 4096

/**
 * Events after a position, by windows: the index of positions says in which part of the table a range of them lies, which is all that it costs
 * to keep next to nothing, and orders nothing.
 */
async function readInOrder(db: Kysely<Tables>, afterPosition: number, limit: number, wanted: SelectQueryBuilder<Tables, 'events', Row>): Promise<readonly Row[]> {
  const settled = await settledPosition(db)
  const rows: Row[] = []
  for (let [from, size] = [afterPosition, firstWindow]; from < settled && rows.length < limit; from += size, size *= 2) {
    const window = wanted.where('position', '>', from).where('position', '<=', Math.min(from + size, settled))
    rows.push(...await window.orderBy('position').limit(limit - rows.length).execute())
  }
  return rows
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

function toEnvelope(row: Row): EventEnvelope {
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
