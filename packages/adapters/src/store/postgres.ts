import { stores } from '@codeforge/ports/store/store'
import { z } from 'zod'
import { openSqlStore } from './sql/store.ts'

/** A PostgreSQL server that somebody else runs, version 14 or newer. */
export const postgresStore = stores.register({
  name: 'postgres',
  config: z.strictObject({
    /** Connection string, with `sslmode` where the server wants TLS. */
    url: z.string().min(1),
    /** Connections kept at most; migrating needs two. */
    poolSize: z.int().min(2).max(200).default(10),
    /** Milliseconds to wait for a connection. */
    connectTimeoutMs: z.int().min(1).default(10_000),
    /** False behind a pooler that cannot keep prepared statements, such as an old PgBouncer in transaction mode. */
    prepare: z.boolean().default(true),
  }),
  open: ({ url, poolSize, connectTimeoutMs, prepare }) => openSqlStore({
    connection: { connectionString: url, max: poolSize, connectionTimeoutMillis: connectTimeoutMs, application_name: 'codeforge', keepAlive: true },
    prepare,
    closed: () => Promise.resolve(),
  }),
})
