import { createHash } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { ClientBase, Pool } from 'pg'
import { endOfRows, type BackupEnd, type BackupHeader, type TableLine } from './backup-file.ts'
import { storeError } from './errors.ts'
import { appliedMigration } from './migrate.ts'

/** Writes what one snapshot of the database holds. The file appears under its name only when it is complete and on disk. */
export async function backup(pool: Pool, file: string, signal: AbortSignal): Promise<void> {
  const unfinished = `${file}.partial`
  const client = await pool.connect().catch((error: unknown) => { throw storeError(error) })
  let broken = true
  try {
    await client.query('begin isolation level repeatable read read only')
    await write(unfinished, backupLines(client), signal)
    await client.query('commit')
    broken = false
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    signal.throwIfAborted()
    throw storeError(error)
  } finally {
    client.release(broken)
  }
}

async function write(file: string, lines: AsyncIterable<string | Buffer>, signal: AbortSignal): Promise<void> {
  await using handle = await open(file, 'w', 0o600)
  await pipeline(Readable.from(lines, { objectMode: false }), createGzip({ level: 3 }), (packed) => handle.writeFile(packed), { signal })
  await handle.sync()
}

async function* backupLines(client: ClientBase): AsyncGenerator<string | Buffer> {
  const sum = createHash('sha256')
  const rows: Record<string, number> = {}
  for await (const chunk of contentLines(client, rows)) {
    sum.update(chunk)
    yield chunk
  }
  yield `${JSON.stringify({ kind: 'end', rows, sha256: sum.digest('hex') } satisfies BackupEnd)}\n`
}

async function* contentLines(client: ClientBase, rows: Record<string, number>): AsyncGenerator<string | Buffer> {
  yield `${JSON.stringify(await header(client))}\n`
  for (const table of await tables(client)) {
    yield `${JSON.stringify(table)}\n`
    rows[table.name] = 0
    for await (const chunk of copyOut(client, table)) {
      rows[table.name] = (rows[table.name] ?? 0) + countLines(chunk)
      yield chunk
    }
    yield `${endOfRows}\n`
  }
}

async function* copyOut(client: ClientBase, table: TableLine): AsyncGenerator<Buffer> {
  const { to } = await import('pg-copy-streams')
  yield* client.query(to(`copy ${table.name} (${table.columns.join(', ')}) to stdout`)) as AsyncIterable<Buffer>
}

function countLines(chunk: Buffer): number {
  let lines = 0
  for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, end + 1)) lines += 1
  return lines
}

async function header(client: ClientBase): Promise<BackupHeader> {
  const migration = await appliedMigration(client)
  const { rows } = await client.query<{ name: string; value: number | null }>(
    'select sequencename as name, last_value as value from pg_sequences where schemaname = current_schema()')
  const sequences = Object.fromEntries(rows.map(({ name, value }) => [name, value ?? 1]))
  return { kind: 'codeforge-backup', version: 1, migration, createdAt: new Date().toISOString(), sequences }
}

/** Every table with its columns; a table comes after those that it refers to. */
async function tables(client: ClientBase): Promise<TableLine[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(`
    with recursive depth (oid, level) as (
      select oid, 0 from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace and relname <> 'schema_migrations'
      union all
      select conrelid, level + 1 from depth join pg_constraint on confrelid = depth.oid and contype = 'f' and conrelid <> confrelid
    )
    select quote_ident(relname) as name, (
      select array_agg(quote_ident(attname) order by attnum) from pg_attribute
      where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = ''
    ) as columns
    from depth join pg_class using (oid) group by pg_class.oid, relname order by max(level), relname`)
  return rows.map(({ name, columns }) => ({ kind: 'table', name, columns }))
}
