import type { RunSummary } from '@codeforge/contracts/run'
import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { Accessor } from 'solid-js'
import type { ApiError } from '../api/api-error.ts'
import { toApiError } from '../api/api-error.ts'
import { api } from '../api/endpoints.ts'
import { onRunChange } from './run-changes.ts'
import { mergeRun } from './run-list.ts'

export interface RunsFilter {
  readonly projectId?: string | undefined
  /** Comma-separated states. */
  readonly status?: string | undefined
}

export interface RunsStore {
  readonly runs: Accessor<readonly RunSummary[]>
  readonly loading: Accessor<boolean>
  readonly error: Accessor<ApiError | null>
  readonly hasMore: Accessor<boolean>
  more(): void
}

/** The runs that a filter keeps, newest first, as they change. */
export function useRuns(filter: Accessor<RunsFilter>, limit = 50): RunsStore {
  const [runs, setRuns] = createSignal<readonly RunSummary[]>([])
  const [cursor, setCursor] = createSignal<string | null>(null)
  const [loading, setLoading] = createSignal(true)
  const [error, setError] = createSignal<ApiError | null>(null)
  let latest = 0

  const belongs = (run: RunSummary): boolean => {
    const { projectId, status } = filter()
    return (!projectId || run.projectId === projectId) && (!status || status.split(',').includes(run.status))
  }
  const load = async (from: string | null): Promise<void> => {
    const mine = ++latest
    setLoading(true)
    try {
      const page = await api.runs({ ...filter(), limit, ...(from !== null && { cursor: from }) })
      if (mine !== latest) return
      setRuns((before) => from === null ? page.items : page.items.reduce((list, run) => mergeRun(list, run, belongs), before))
      setCursor(page.nextCursor)
      setError(null)
    } catch (reason) {
      if (mine === latest) setError(toApiError(reason))
    } finally {
      if (mine === latest) setLoading(false)
    }
  }
  createEffect(on(filter, () => { void load(null) }))
  onCleanup(onRunChange({
    changed: (run) => setRuns((before) => mergeRun(before, run, belongs)),
    reconnected: () => { void load(null) },
  }))
  onCleanup(() => { latest++ })
  return { runs, loading, error, hasMore: () => cursor() !== null, more: () => { void load(cursor()) } }
}
