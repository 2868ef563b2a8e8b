import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Store } from '@codeforge/ports/store/store'
import { postgresServer, type PostgresServer } from '@codeforge/testing/postgres-server'
import { postgresStore } from '../postgres.ts'

describe('when the server goes away', () => {
  const resources = new AsyncDisposableStack()
  let server: PostgresServer
  let store: Store

  before(async () => {
    server = resources.use(await postgresServer())
    store = resources.use(await postgresStore.open(postgresStore.config.parse({ url: server.url })))
    await store.migrate(() => Promise.resolve())
  })
  after(() => resources.disposeAsync())

  for (const [way, down] of [['an orderly stop', () => server.stop()], ['a crash', () => server.kill()]] as const) {
    test(`${way} ends an open transaction with its code, and after the next start all works again`, async () => {
      await store.settings.set('a', 'kept')
      await assert.rejects(store.transaction(async ({ settings }) => {
        await settings.set('a', 'lost')
        await down()
        await untilItFails(() => settings.set('b', 'lost'))
      }), { code: 'store-unavailable' })
      await assert.rejects(untilItFails(() => store.settings.get('a')), { code: 'store-unavailable' })
      await assert.rejects(store.status(), { code: 'store-unavailable' })
      await assert.rejects(store.migrate(() => Promise.resolve()), { code: 'store-unavailable' })
      await server.start()
      assert.deepEqual([await store.settings.get('a'), await store.settings.get('b')], ['kept', null])
    })
  }

  test('connections that broke while nobody used them are replaced', async () => {
    await Promise.all(Array.from({ length: 8 }, () => store.settings.get('a')))
    await server.restart()
    // A broken connection may be handed out once, before its end was noticed.
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => store.settings.get('a')))
    const codes = answers.flatMap((answer) => answer.status === 'rejected' ? [(answer.reason as { code?: string }).code] : [])
    assert.deepEqual(codes, codes.map(() => 'store-unavailable'))
    assert.equal(await store.settings.get('a'), 'kept')
  })
})

/** The processes behind open connections notice the death of their server a moment later; until then they answer. */
async function untilItFails(ask: () => Promise<unknown>): Promise<void> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline;) await ask()
}
