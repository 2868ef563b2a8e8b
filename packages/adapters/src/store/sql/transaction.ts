import { setTimeout as sleep } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Repositories, Store } from '@codeforge/ports/store/store'
import { Kysely, PostgresDialect } from 'kysely'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import { canRetry } from './errors.ts'
import { repositories } from './repositories.ts'
import type { Tables } from './tables.ts'
import { asTransaction } from './within.ts'

const mostTries = 6
/** Milliseconds before the second try; each further one may wait twice as long, less a random part so that rivals part ways. */
const firstPause = 5

/**
 * Does work in one transaction, again where another transaction was in the way. Statements that are asked for at once
 * (`Promise.all`) travel together over the pipelined connection and are done in that order; the first ones take `begin` along.
 */
export function openTransactions(pool: PostgresPool): Store['transaction'] {
  const pinned = new WeakMap<PostgresPoolClient, Repositories>()
  const over = (client: PostgresPoolClient): Repositories => {
    const known = pinned.get(client) ?? repositories(kyselyOver(client, pool))
    pinned.set(client, known)
    return known
  }
  return async (work) => {
    for (let failed = 0; ; failed += 1) {
      try {
        return await once(pool, over, work)
      } catch (error) {
        if (!canRetry(error)) throw error
        if (failed + 1 >= mostTries) throw new CodeForgeError('store-unavailable', 'Other transactions were in the way too often.', { cause: error })
      }
      await sleep(Math.random() * firstPause * 2 ** failed)
    }
  }
}

async function once<T>(pool: PostgresPool, over: (client: PostgresPoolClient) => Repositories, work: (repositories: Repositories) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isClean = false
  try {
    const begun = client.query('begin', [])
    // Where it fails, so does what follows on this connection.
    begun.catch(() => undefined)
    const result = await work(over(client))
    await begun
    const { command } = await client.query('commit', [])
    // PostgreSQL answers COMMIT with ROLLBACK where a statement has failed and nobody looked.
    if (command === 'ROLLBACK') throw new Error('a statement of this transaction failed, and its error was not passed on')
    isClean = true
    return result
  } catch (error) {
    isClean = await client.query('rollback', []).then(() => true, () => false)
    throw error
  } finally {
    client.release(!isClean)
  }
}

/** Kysely over one connection. Its own transactions send one statement after the other. */
function kyselyOver(client: PostgresPoolClient, { options }: PostgresPool): Kysely<Tables> {
  const kept: PostgresPoolClient = { query: client.query, release: () => undefined }
  const dialect = new PostgresDialect({ pool: { options, connect: async () => kept, end: async () => undefined } })
  return asTransaction(new Kysely<Tables>({ dialect }))
}
