import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Repositories, Store } from '@codeforge/ports/store/store'

const mostTries = 30

/** Thrown inside a transaction where another one came first and the same work would succeed when done again. */
export class RivalFirst extends CodeForgeError {
  constructor(cause: unknown) {
    super('conflict', 'Another request came first.', { cause })
  }
}

/** Does the work in one transaction, again as long as rivals come first: each try waits for the rival's commit, so somebody always gets on. */
export async function retried<Result>(store: Pick<Store, 'transaction'>, work: (repositories: Repositories) => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await store.transaction(work)
    } catch (error) {
      if (!(error instanceof RivalFirst) || tries >= mostTries) throw error
    }
  }
}
