import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { defaultTenant, TenantId } from '@codeforge/contracts/ids'
import type { IdempotencyClaim } from '../../store/idempotency.ts'
import type { Repositories } from '../../store/store.ts'
import { after, noon } from './builders.ts'
import { isPending, moment, type StoreTest } from './subject.ts'

const otherTenant = TenantId.parse('00000000-0000-7000-8000-000000000002')
const reply = { status: 202, body: '{"id":"1"}' }

/** What a request handler does: claim, work, complete. */
async function handle({ idempotency, settings }: Repositories, key = 'key', fingerprint = 'POST /runs {}'): Promise<IdempotencyClaim> {
  const claim = await idempotency.claim(defaultTenant, key, fingerprint, noon)
  if (claim.kind !== 'new') return claim
  await settings.set('worked', 'yes')
  await idempotency.complete(defaultTenant, key, reply)
  return claim
}

export function describeIdempotency(test: StoreTest): void {
  describe('idempotency keys', () => {
    test('a key is new once, and gives the first reply from then on', async (store) => {
      assert.deepEqual(await store.transaction((repositories) => handle(repositories)), { kind: 'new' })
      assert.deepEqual(await store.transaction((repositories) => handle(repositories)), { kind: 'replay', reply })
    })

    test('a key with another request is a mismatch', async (store) => {
      await store.transaction((repositories) => handle(repositories))
      assert.deepEqual(await store.transaction((repositories) => handle(repositories, 'key', 'POST /tasks {}')), { kind: 'mismatch' })
    })

    test('tenants have keys of their own', async (store) => {
      await store.transaction((repositories) => handle(repositories))
      assert.deepEqual(await store.idempotency.claim(otherTenant, 'key', 'POST /runs {}', noon), { kind: 'new' })
    })

    test('of twenty claims at once one is new, and all others get its reply', async (store) => {
      const claims = await Promise.all(Array.from({ length: 20 }, () => store.transaction((repositories) => handle(repositories))))
      assert.equal(claims.filter(({ kind }) => kind === 'new').length, 1)
      assert.equal(claims.filter((claim) => claim.kind === 'replay' && claim.reply.body === reply.body).length, 19)
    })

    test('a second caller waits for the transaction of the first, and is new where that fails', async (store) => {
      const claimed = moment()
      using go = moment()
      const first = store.transaction(async (repositories) => {
        await handle(repositories)
        claimed.reach()
        await go.reached
        throw new Error('no')
      })
      await claimed.reached
      const second = store.transaction((repositories) => handle(repositories))
      assert.equal(await isPending(second, store), true)
      go.reach()
      await assert.rejects(first, { message: 'no' })
      assert.deepEqual(await second, { kind: 'new' })
    })

    test('old keys are deleted', async (store) => {
      await store.idempotency.claim(defaultTenant, 'old', 'request', noon)
      await store.idempotency.claim(defaultTenant, 'young', 'request', after(60))
      assert.equal(await store.idempotency.deleteBefore(after(30)), 1)
      assert.deepEqual(await store.idempotency.claim(defaultTenant, 'old', 'another request', noon), { kind: 'new' })
    })
  })
}
