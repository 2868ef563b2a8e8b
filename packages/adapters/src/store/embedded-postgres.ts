import { stores } from '@codeforge/ports/store/store'
import { z } from 'zod'
import { openSqlStore } from './sql/store.ts'

/** A PostgreSQL server of our own, as a child of this process: its data in a directory, reachable by a socket of its owner only. */
export const embeddedPostgresStore = stores.register({
  name: 'embedded-postgres',
  config: z.strictObject({
    /** Made where it does not exist. Whoever opens it holds the lock of the data directory: a server left over here is stopped. */
    directory: z.string().min(1),
    /** Connections kept at most; migrating needs two. */
    poolSize: z.int().min(2).max(24).default(10),
  }),
  async open({ directory, poolSize }) {
    const { startServer } = await import('./server/server.ts')
    const server = await startServer(directory)
    return openSqlStore({
      connection: { host: server.socketDirectory, user: server.user, database: server.database, max: poolSize, application_name: 'codeforge' },
      prepare: true,
      closed: () => server.stop(),
    })
  },
})
