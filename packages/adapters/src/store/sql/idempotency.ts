import type { TenantId } from '@codeforge/contracts/ids'
import type { IdempotencyClaim, IdempotencyStore } from '@codeforge/ports/store/idempotency'
import type { Kysely } from 'kysely'
import { plainText } from './json.ts'
import type { Tables } from './tables.ts'

/** Idempotency keys as rows. */
export function idempotencyStore(db: Kysely<Tables>): IdempotencyStore {
  return {
    claim: (tenant, key, fingerprint, now) => claim(db, tenant, key, fingerprint, now),
    async complete(tenant, key, reply) {
      await db.updateTable('idempotency_keys').set({ status: reply.status, body: plainText(reply.body) })
        .where('tenant', '=', tenant).where('key', '=', key).execute()
    },
    async deleteBefore(time) {
      return Number((await db.deleteFrom('idempotency_keys').where('claimed_at', '<', time).executeTakeFirst()).numDeletedRows)
    },
  }
}

/** The insert waits for a transaction that has inserted the same key; whether it was committed decides what the second caller gets. */
async function claim(db: Kysely<Tables>, tenant: TenantId, key: string, fingerprint: string, now: Date): Promise<IdempotencyClaim> {
  const inserted = await db.insertInto('idempotency_keys').values({ tenant, key, fingerprint, claimed_at: now })
    .onConflict((conflict) => conflict.columns(['tenant', 'key']).doNothing()).executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows === 1n) return { kind: 'new' }
  const known = await db.selectFrom('idempotency_keys').select(['fingerprint', 'status', 'body'])
    .where('tenant', '=', tenant).where('key', '=', key).forNoKeyUpdate().executeTakeFirst()
  // Deleted between the two statements.
  if (!known) return claim(db, tenant, key, fingerprint, now)
  if (known.fingerprint !== fingerprint) return { kind: 'mismatch' }
  if (known.status === null || known.body === null) return { kind: 'new' }
  return { kind: 'replay', reply: { status: known.status, body: known.body } }
}
