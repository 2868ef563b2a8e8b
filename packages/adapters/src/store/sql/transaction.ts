import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Repositories, Store } from '@codeforge/ports/store/store'
import { Kysely, PostgresDialect } from 'kysely'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { Pool } from 'pg'
import { overClient } from './by-key.ts'
import { canRetry } from './errors.ts'
import { kyselyPool } from './pool.ts'
import { repositories } from './repositories.ts'
import type { Tables } from './tables.ts'
import { asTransaction } from './within.ts'

const mostTries = 6
/**
 * Statements of transactions find rows by their keys. Planning them anew for other keys, as the server would for short arrays, costs more than
 * doing them; and a plan that is kept must not depend on how small a table was when it was made, so it goes by indexes.
 */
const planning = ['plan_cache_mode = force_generic_plan', 'enable_seqscan = off', 'enable_hashjoin = off', 'enable_mergejoin = off']
const setting = (word: 'set' | 'set local'): string => planning.map((one) => `${word} ${one}`).join('; ')
/** Milliseconds before the second try; each further one may wait twice as long, less a random part so that rivals part ways. */
const firstPause = 5

/** Work over one connection. Statements that are asked for at once (`Promise.all`) travel together over it and are done in that order. */
export function openWork(connections: Pool, prepare: boolean): Pick<Store, 'transaction' | 'together'> {
  // A pooler between us and the server gives the connection to others afterwards: there, settings must end with the transaction.
  const pool = kyselyPool(connections, { prepare, ...(prepare && { first: setting('set') }) })
  return { transaction: openTransactions(pool, prepare ? 'begin' : `begin; ${setting('set local')}`), together: openTogether(pool) }
}

/** Does work in one transaction, again where another transaction was in the way. The first statements take `begin` along. */
function openTransactions(pool: PostgresPool, begin: string): Store['transaction'] {
  const over = remembered((client) => repositories(asTransaction(kyselyOver(client, pool))))
  return async (work) => {
    for (let failed = 0; ; failed += 1) {
      try {
        return await once(pool, begin, over, work)
      } catch (error) {
        if (!canRetry(error)) throw error
        if (failed + 1 >= mostTries) throw new CodeForgeError('store-unavailable', 'Other transactions were in the way too often.', { cause: error })
      }
      await sleep(Math.random() * firstPause * 2 ** failed)
    }
  }
}

function openTogether(pool: PostgresPool): Store['together'] {
  const over = remembered((client) => repositories(kyselyOver(client, pool)))
  return async (work) => {
    const client = await pool.connect()
    let isClean = false
    try {
      const result = await work(over(client))
      isClean = true
      return result
    } finally {
      client.release(!isClean)
    }
  }
}

function remembered(make: (client: PostgresPoolClient) => Repositories): (client: PostgresPoolClient) => Repositories {
  const made = new WeakMap<PostgresPoolClient, Repositories>()
  return (client) => {
    const known = made.get(client) ?? make(client)
    made.set(client, known)
    return known
  }
}

type Work<T> = (repositories: Repositories, allAsked: () => void) => Promise<T>

async function once<T>(pool: PostgresPool, begin: string, over: (client: PostgresPoolClient) => Repositories, work: Work<T>): Promise<T> {
  const client = await pool.connect()
  let isClean = false
  try {
    const begun = client.query(begin, [])
    // Where it fails, so does what follows on this connection.
    begun.catch(() => undefined)
    const commit = committing(client)
    const result = await work(over(client), () => void commit(turn()))
    await begun
    await commit(Promise.resolve())
    isClean = true
    return result
  } catch (error) {
    isClean = await client.query('rollback', []).then(() => true, () => false)
    throw error
  } finally {
    client.release(!isClean)
  }
}

/** Commits once, however often it is asked to: after `ready`, by which time whatever was asked for before is on its way. */
function committing(client: PostgresPoolClient): (ready: Promise<void>) => Promise<void> {
  let committed: Promise<void> | undefined
  const commit = async (ready: Promise<void>): Promise<void> => {
    await ready
    const { command } = await client.query('commit', [])
    // PostgreSQL answers COMMIT with ROLLBACK where a statement has failed and nobody looked.
    if (command === 'ROLLBACK') throw new Error('a statement of this transaction failed, and its error was not passed on')
  }
  return (ready) => {
    committed ??= commit(ready)
    // Its failure is seen by whoever waits for it last.
    committed.catch(() => undefined)
    return committed
  }
}

/** Kysely over one connection. Its own transactions send one statement after the other. */
function kyselyOver(client: PostgresPoolClient, { options }: PostgresPool): Kysely<Tables> {
  const kept: PostgresPoolClient = { query: client.query, release: () => undefined }
  const dialect = new PostgresDialect({ pool: { options, connect: async () => kept, end: async () => undefined } })
  return overClient(new Kysely<Tables>({ dialect }), client)
}
