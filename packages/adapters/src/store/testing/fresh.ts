import type { Store } from '@codeforge/ports/store/store'
import type { Client } from 'pg'

/**
 * Makes a store's database empty and lends the store to one test: its connections stay open for the next.
 * Rows are deleted by `side`, a connection of its own; undoing all migrations for each test would take twenty times as long.
 */
export async function fresh(store: Store, side: Client): Promise<Store & AsyncDisposable> {
  await store.migrate(() => Promise.resolve())
  const { rows } = await side.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = current_schema() and tablename <> 'schema_migrations'`)
  const deletions = rows.map(({ name }) => `delete from ${name};`).join('')
  // No triggers, so that the order of the tables does not matter.
  await side.query(`begin; set local session_replication_role = replica; ${deletions} alter sequence events_position restart; commit`)
  return { ...store, [Symbol.asyncDispose]: () => Promise.resolve() }
}

/** Opens a connection beside the store's own; disposing closes it. */
export async function sideConnection(connection: ConstructorParameters<typeof Client>[0]): Promise<Client & AsyncDisposable> {
  const { default: pg } = await import('pg')
  const client = new pg.Client(connection)
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}
