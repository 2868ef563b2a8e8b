import { after, before, describe } from 'node:test'
import type { Store } from '@codeforge/ports/store/store'
import { describeStoreContract } from '@codeforge/ports/testing/store/contract'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { embeddedPostgresStore } from './embedded-postgres.ts'
import { fresh } from './testing/fresh.ts'

describe('embedded-postgres', () => {
  const resources = new AsyncDisposableStack()
  let store: Store

  before(async () => {
    const { path } = resources.use(await temporaryDirectory('store'))
    store = resources.use(await embeddedPostgresStore.open(embeddedPostgresStore.config.parse({ directory: path })))
  })
  after(() => resources.disposeAsync())

  describeStoreContract('embedded-postgres', () => fresh(store))
})
