import { RunSummary } from '@codeforge/contracts/run'
import type { Run } from '@codeforge/contracts/run'
import type { RunId } from '@codeforge/contracts/ids'
import type { CorePorts } from '../ports.ts'
import { Batch } from './batch.ts'

/** Changes of one run within this time become one message to the lists. */
const coalesceMs = 150

/** Told a run's id, its project's, and its summary as a message. */
export type RunListener = (runId: string, projectId: string, batch: Batch) => void

/** Summaries of runs as they change, read and framed once for all lists. */
export interface RunFeed {
  changed(id: RunId): void
  onRun(listener: RunListener): () => void
}

const summaryKeys = Object.keys(RunSummary.shape) as (keyof RunSummary)[]

export function openRunFeed({ store, clock, log }: Pick<CorePorts, 'store' | 'clock' | 'log'>, stopping: AbortSignal): RunFeed {
  const listeners = new Set<RunListener>()
  const changed = new Set<RunId>()
  const send = async (): Promise<void> => {
    await clock.sleep(coalesceMs, stopping)
    const ids = [...changed]
    changed.clear()
    for (const id of ids) {
      const run = (await store.runs.get(id))?.view
      if (!run) continue
      const batch = Batch.of(JSON.stringify({ kind: 'run', run: summaryOf(run) }))
      for (const listener of listeners) listener(id, run.projectId, batch)
    }
  }
  return {
    changed(id) {
      if (listeners.size === 0) return
      changed.add(id)
      if (changed.size > 1) return
      send().catch((error: unknown) => {
        if (!stopping.aborted) log.warn('run summaries were not sent', { error })
      })
    },
    onRun(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function summaryOf(run: Run): RunSummary {
  return Object.fromEntries(summaryKeys.map((key) => [key, run[key]])) as RunSummary
}
