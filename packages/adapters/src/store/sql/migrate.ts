import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ClientBase, Pool } from 'pg'
import { advisoryLocks } from './advisory-locks.ts'
import { storeError } from './errors.ts'
import { readMigrations, type Migration } from './migration-files.ts'

interface Span {
  readonly from: number
  readonly to: number
}

/** Applies what is pending, all or nothing, while no other process migrates. */
export function migrateUp(pool: Pool, beforeMigrating: (from: number, to: number) => Promise<void>): Promise<Span> {
  return exclusively(pool, async (client) => {
    const migrations = await readMigrations()
    const from = await appliedMigration(client)
    const to = migrations.length
    refuseNewer(from, to)
    if (from === to) return { from, to }
    if (from > 0) await beforeMigrating(from, to)
    await atomically(client, () => applyUp(client, migrations, { from, to }))
    return { from, to }
  })
}

/** Undoes migrations until `to` is the last one applied, all or nothing. */
export function migrateDown(pool: Pool, to: number): Promise<void> {
  return exclusively(pool, async (client) => {
    const migrations = await readMigrations()
    const from = await appliedMigration(client)
    refuseNewer(from, migrations.length)
    await atomically(client, () => applyDown(client, migrations, { from, to }))
  })
}

/** Number of the last migration applied; 0 for an empty database. */
export async function appliedMigration(client: Pick<ClientBase, 'query'>): Promise<number> {
  const { rows: [table] } = await client.query<{ exists: boolean }>(`select to_regclass('schema_migrations') is not null as exists`)
  if (!table?.exists) return 0
  const { rows: [row] } = await client.query<{ number: number | null }>('select max(number) as number from schema_migrations')
  return row?.number ?? 0
}

/** `data-too-new` where the data were written by a version with more migrations. */
export function refuseNewer(from: number, known: number): void {
  if (from > known) throw new CodeForgeError('data-too-new', `The data are at migration ${String(from)}; this version knows ${String(known)}.`)
}

/** Applies migrations inside the transaction that is open. */
export async function applyUp(client: ClientBase, migrations: readonly Migration[], { from, to }: Span): Promise<void> {
  await client.query(`create table if not exists schema_migrations (
    number integer primary key, name text not null, applied_at timestamptz not null default now())`)
  for (const migration of migrations.slice(from, to)) {
    await client.query(await migration.up())
    await client.query('insert into schema_migrations (number, name) values ($1, $2)', [migration.number, migration.name])
  }
}

/** Undoes migrations inside the transaction that is open, the last one first. */
export async function applyDown(client: ClientBase, migrations: readonly Migration[], { from, to }: Span): Promise<void> {
  for (const migration of migrations.slice(to, from).reverse()) {
    await client.query(await migration.down())
    await client.query('delete from schema_migrations where number = $1', [migration.number])
  }
}

/** Runs `work` on a connection of its own while no other process migrates this database. */
export async function exclusively<T>(pool: Pool, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => { throw storeError(error) })
  let broken = true
  try {
    await client.query('select pg_advisory_lock($1, 0)', [advisoryLocks.migrate])
    const result = await work(client)
    await client.query('select pg_advisory_unlock($1, 0)', [advisoryLocks.migrate])
    broken = false
    return result
  } catch (error) {
    throw storeError(error)
  } finally {
    // A connection that may still hold the lock or a transaction is closed, which ends both.
    client.release(broken)
  }
}

/** All or nothing. */
export async function atomically(client: ClientBase, work: () => Promise<void>): Promise<void> {
  await client.query('begin')
  try {
    await work()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
