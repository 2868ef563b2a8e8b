import { setTimeout as sleep } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Repositories } from '@codeforge/ports/store/store'
import type { Kysely } from 'kysely'
import { canRetry } from './errors.ts'
import { repositories } from './repositories.ts'
import type { Tables } from './tables.ts'

const mostTries = 6
/** Milliseconds before the second try; each further one may wait twice as long, less a random part so that rivals part ways. */
const firstPause = 5

/** Does the work in one transaction, again where another transaction was in the way. */
export async function inTransaction<T>(db: Kysely<Tables>, work: (repositories: Repositories) => Promise<T>): Promise<T> {
  for (let failed = 0; ; failed += 1) {
    try {
      return await db.transaction().execute((transaction) => work(repositories(transaction)))
    } catch (error) {
      if (!canRetry(error)) throw error
      if (failed + 1 >= mostTries) throw new CodeForgeError('store-unavailable', 'Other transactions were in the way too often.', { cause: error })
    }
    await sleep(Math.random() * firstPause * 2 ** failed)
  }
}
