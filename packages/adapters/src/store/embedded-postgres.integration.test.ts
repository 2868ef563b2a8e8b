import { join } from 'node:path'
import { after, before, describe } from 'node:test'
import type { Store } from '@codeforge/ports/store/store'
import { describeStoreContract } from '@codeforge/ports/testing/store/contract'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import type { Client } from 'pg'
import { embeddedPostgresStore } from './embedded-postgres.ts'
import { superuser } from './server/initialise.ts'
import { fresh, sideConnection } from './testing/fresh.ts'

describe('embedded-postgres', () => {
  const resources = new AsyncDisposableStack()
  let store: Store
  let side: Client

  before(async () => {
    const { path } = resources.use(await temporaryDirectory('store'))
    store = resources.use(await embeddedPostgresStore.open(embeddedPostgresStore.config.parse({ directory: path })))
    side = resources.use(await sideConnection({ host: join(path, 'socket'), user: superuser, database: 'postgres' }))
  })
  after(() => resources.disposeAsync())

  describeStoreContract('embedded-postgres', () => fresh(store, side))
})
