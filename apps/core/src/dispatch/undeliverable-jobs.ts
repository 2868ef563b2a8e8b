import { JobId, RunId } from '@codeforge/contracts/ids'
import { z } from 'zod'
import type { CorePorts } from '../ports.ts'

/** What is needed of a job that may be of another version: one that cannot be read whole may be why it lies here. */
const Letter = z.object({ id: JobId, runId: RunId, publication: z.int() })
const pageSize = 100

interface Undeliverable {
  readonly runId: RunId
  readonly reason: string
}

/** Reads the dead letters, each once, and finds the runs that wait for nothing else any more: published again, their jobs would only die again. */
export class UndeliverableJobs {
  #last: string | undefined
  #seen = 0

  async *found({ queue, store }: Pick<CorePorts, 'queue' | 'store'>): AsyncIterable<Undeliverable> {
    const { deadLetters } = await queue.status()
    // Old ones are dropped and some are replayed: fewer than before may be new ones as well.
    if (deadLetters === 0 || deadLetters === this.#seen) return
    for (;;) {
      const page = await queue.deadLetters(pageSize, this.#last)
      for (const { id, payload, reason } of page) {
        const runId = await this.#waiting(store, payload)
        if (runId) yield { runId, reason }
        this.#last = id
      }
      if (page.length < pageSize) break
    }
    this.#seen = deadLetters
  }

  /** The run, where this very publication of its job is the one that it waits for. */
  async #waiting(store: CorePorts['store'], payload: string): Promise<RunId | null> {
    const letter = Letter.safeParse(parsed(payload))
    if (!letter.success) return null
    const job = await store.jobs.findByRun(letter.data.runId)
    const waits = job?.status === 'published' && job.publication === letter.data.publication && job.job.id === letter.data.id
    return waits ? letter.data.runId : null
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
