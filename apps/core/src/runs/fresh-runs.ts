import type { ClaimRequest } from '@codeforge/contracts/coordination'
import type { RunId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { RunRecord } from '@codeforge/ports/store/runs'

/** A run as it was accepted a moment ago, with its job as it was published first. */
export interface FreshRun {
  readonly run: RunRecord
  readonly job: JobRecord
  readonly project: Project
}

/** Runs that are remembered, and characters of a prompt, at most: a claim follows its acceptance within milliseconds where a worker is free. */
const mostRuns = 500
const longestPrompt = 2000

/**
 * Runs that this core has just accepted. Their claims know what they would read first, and nearly always it is still so: the store says whether it
 * is, along with what is written (`AcceptanceStore.lockAll`). So what is remembered here saves a round trip and decides nothing.
 */
export class FreshRuns {
  readonly #runs = new Map<RunId, FreshRun>()

  /** Remembers runs that are stored. */
  remember(runs: readonly FreshRun[]): void {
    for (const fresh of runs) {
      const { id, prompt } = fresh.run.view
      if (prompt.length <= longestPrompt && isStoredAsItIs(prompt)) this.#runs.set(id, fresh)
    }
    for (const id of this.#runs.keys()) {
      if (this.#runs.size <= mostRuns) return
      this.#runs.delete(id)
    }
  }

  /** What is known of the runs that are asked for, and forgets it; null unless each is known as its job says, and asked for once. */
  take(requests: readonly ClaimRequest[]): readonly FreshRun[] | null {
    const taken = requests.flatMap(({ runId, jobId, publication }) => {
      const fresh = this.#runs.get(runId)
      this.#runs.delete(runId)
      return fresh?.job.job.id === jobId && fresh.job.publication === publication ? [fresh] : []
    })
    return taken.length === requests.length ? taken : null
  }
}

/** Characters that the store replaces would make what is remembered another text than what is stored. */
function isStoredAsItIs(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}
