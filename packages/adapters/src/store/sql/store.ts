import type { Store } from '@codeforge/ports/store/store'
import { Kysely, PostgresDialect } from 'kysely'
import type { Pool, PoolConfig } from 'pg'
import { backup } from './backup.ts'
import { storeError } from './errors.ts'
import { appliedMigration, migrateDown, migrateUp } from './migrate.ts'
import { kyselyPool, openPool } from './pool.ts'
import { repositories } from './repositories.ts'
import { restore } from './restore.ts'
import type { Tables } from './tables.ts'
import { openWork } from './transaction.ts'

export interface SqlStoreOptions {
  readonly connection: PoolConfig
  /** False where a pooler between us and the server cannot keep prepared statements. */
  readonly prepare: boolean
  /** Called after the last connection is closed. */
  closed(): Promise<void>
}

/** The store over any PostgreSQL server. */
export async function openSqlStore({ connection, prepare, closed }: SqlStoreOptions): Promise<Store & AsyncDisposable> {
  // Statements that are asked for at once share a round trip. COPY cannot be pipelined, so that backups have connections of their own.
  const pipelined = await openPool({ ...connection, pipeline: true })
  const pool = await openPool(connection)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: kyselyPool(pool, { prepare }) }) })
  let disposal: Promise<void> | undefined
  return {
    ...repositories(db),
    ...openWork(pipelined, prepare),
    migrate: (beforeMigrating) => migrateUp(pool, beforeMigrating),
    migrateDown: (to) => migrateDown(pool, to),
    backup: (file, signal) => backup(pool, file, signal),
    restore: (file, signal) => restore(pool, file, signal),
    status: () => status(pool),
    [Symbol.asyncDispose]: () => disposal ??= Promise.all([pipelined.end(), pool.end()]).then(closed),
  }
}

async function status(pool: Pool) {
  try {
    const { rows: [server] } = await pool.query<{ version: string; size: number }>(
      `select current_setting('server_version') as version, pg_database_size(current_database()) as size`)
    return { engine: `PostgreSQL ${server?.version ?? ''}`.trim(), migration: await appliedMigration(pool), sizeBytes: server?.size ?? 0 }
  } catch (error) {
    throw storeError(error)
  }
}
