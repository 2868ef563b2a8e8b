import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Store } from '@codeforge/ports/store/store'
import { postgresServer } from '@codeforge/testing/postgres-server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import type { Client } from 'pg'
import { postgresStore } from '../postgres.ts'
import { sideConnection } from '../testing/fresh.ts'
import { schemaText } from '../testing/schema-text.ts'

const golden = fileURLToPath(new URL('../../../../../docs/schema.sql', import.meta.url))
const heading = `-- The schema that all migrations make together, generated from a database: \`node --test --test-update-snapshots\` with the test of the schema.\n\n`

describe('the schema', () => {
  const resources = new AsyncDisposableStack()
  let store: Store
  let side: Client

  before(async () => {
    const { url } = resources.use(await postgresServer())
    store = resources.use(await postgresStore.open(postgresStore.config.parse({ url })))
    side = resources.use(await sideConnection(url))
    await store.migrate(() => Promise.resolve())
  })
  after(() => resources.disposeAsync())

  test('is the one that docs/schema.sql shows', async (context) => {
    context.assert.fileSnapshot(heading + await schemaText(side), golden, { serializers: [String] })
  })

  test('comes back the same from every migration undone and done again', async () => {
    const whole = await schemaText(side)
    const { migration } = await store.status()
    for (let to = migration - 1; to >= 0; to -= 1) {
      await store.migrateDown(to)
      assert.notEqual(await schemaText(side), whole)
      await store.migrate(() => Promise.resolve())
      assert.equal(await schemaText(side), whole)
    }
  })

  test('is empty when every migration is undone', async () => {
    await store.migrateDown(0)
    assert.equal(await schemaText(side), '')
    const { rows } = await side.query(`select relname from pg_class where relnamespace = current_schema()::regnamespace and relname !~ '^schema_migrations'`)
    assert.deepEqual(rows, [])
    await store.migrate(() => Promise.resolve())
  })

  test('of a newer version is refused, and stays as it is', async () => {
    await using directory = await temporaryDirectory('backup')
    const file = join(directory.path, 'backup')
    await store.backup(file, AbortSignal.timeout(60_000))
    const { migration } = await store.status()
    await side.query(`insert into schema_migrations (number, name) values ($1, 'from-the-future')`, [migration + 1])
    await assert.rejects(store.migrate(() => assert.fail('there is nothing to back up')), { code: 'data-too-new' })
    await assert.rejects(store.migrateDown(0), { code: 'data-too-new' })
    await assert.rejects(store.restore(file, AbortSignal.timeout(60_000)), { code: 'data-too-new' })
    assert.equal((await store.status()).migration, migration + 1)
    await side.query('delete from schema_migrations where number = $1', [migration + 1])
  })
})
