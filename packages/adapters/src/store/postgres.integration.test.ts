import { after, before, describe } from 'node:test'
import type { Store } from '@codeforge/ports/store/store'
import { describeStoreContract } from '@codeforge/ports/testing/store/contract'
import { postgresServer } from '@codeforge/testing/postgres-server'
import type { Client } from 'pg'
import { postgresStore } from './postgres.ts'
import { fresh, sideConnection } from './testing/fresh.ts'

describe('postgres', () => {
  const resources = new AsyncDisposableStack()
  let store: Store
  let side: Client

  before(async () => {
    const { url } = resources.use(await postgresServer())
    store = resources.use(await postgresStore.open(postgresStore.config.parse({ url })))
    side = resources.use(await sideConnection(url))
  })
  after(() => resources.disposeAsync())

  describeStoreContract('postgres', () => fresh(store, side))
})
