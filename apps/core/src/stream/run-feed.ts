import { RunSummary } from '@codeforge/contracts/run'
import type { Run } from '@codeforge/contracts/run'
import type { RunId } from '@codeforge/contracts/ids'
import type { CorePorts } from '../ports.ts'
import { Batch } from './batch.ts'

/** Changes of one run within this time become one message to the lists. */
const coalesceMs = 150
/** Milliseconds after which a store that could not be read is asked again. */
const againMs = 1000

/** Told a run's id, its project's, and its summary as a message. */
export type RunListener = (runId: string, projectId: string, batch: Batch) => void

/** Summaries of runs as they change, read and framed once for all lists. */
export interface RunFeed {
  changed(id: RunId): void
  /** Whether anybody is told. */
  isWatched(): boolean
  onRun(listener: RunListener): () => void
}

const summaryKeys = Object.keys(RunSummary.shape) as (keyof RunSummary)[]

export function openRunFeed({ store, clock, log }: Pick<CorePorts, 'store' | 'clock' | 'log'>, stopping: AbortSignal): RunFeed {
  const listeners = new Set<RunListener>()
  const changed = new Set<RunId>()
  let sending = false
  const viewOf = async (id: RunId): Promise<Run | undefined> => {
    try {
      return (await store.runs.get(id))?.view
    } catch (error) {
      changed.add(id)
      throw error
    }
  }
  const send = async (): Promise<void> => {
    for (const id of [...changed]) {
      changed.delete(id) // first: it may change again while it is read
      const run = await viewOf(id)
      if (!run) continue
      const batch = Batch.of(JSON.stringify({ kind: 'run', run: summaryOf(run) }))
      for (const listener of listeners) listener(id, run.projectId, batch)
    }
  }
  /** Until nothing is left to tell; what could not be read is tried again. */
  const sendAll = async (): Promise<void> => {
    try {
      while (changed.size > 0) {
        await clock.sleep(coalesceMs, stopping)
        await send().catch(async (error: unknown) => {
          log.warn('run summaries were not sent, will try again', { error })
          await clock.sleep(againMs, stopping)
        })
      }
    } finally {
      sending = false
    }
  }
  return {
    changed(id) {
      if (listeners.size === 0) return
      changed.add(id)
      if (sending) return
      sending = true
      sendAll().catch(() => undefined) // core is stopping
    },
    isWatched: () => listeners.size > 0,
    onRun(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function summaryOf(run: Run): RunSummary {
  return Object.fromEntries(summaryKeys.map((key) => [key, run[key]])) as RunSummary
}
