import type { RunSummary } from '@codeforge/contracts/run'
import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import type { Accessor } from 'solid-js'
import type { ApiError } from '../api/api-error.ts'
import { api } from '../api/endpoints.ts'
import { onRunChange } from './run-changes.ts'
import { noRuns, openRunList } from './run-list.ts'
import { useRetries } from './use-retries.ts'

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
  const [state, setState] = createSignal(noRuns)
  const list = openRunList({
    read: async (cursor) => api.runs({ ...filter(), limit, ...(cursor !== null && { cursor }) }),
    belongs(run) {
      const { projectId, status } = filter()
      return (!projectId || run.projectId === projectId) && (!status || status.split(',').includes(run.status))
    },
    show: setState,
  })
  const retries = useRetries(() => { void list.load(null) })
  const failure = createMemo(() => (state().loading ? undefined : state().error))
  createEffect(on(failure, (error) => {
    if (error) retries.failed(error)
    else if (error === null) retries.settled()
  }))
  createEffect(on(filter, () => { void list.load(null) }))
  onCleanup(onRunChange({
    changed: (run) => { list.changed(run) },
    caughtUp: () => { void list.load(null) },
  }))
  onCleanup(() => { list.close() })
  return {
    runs: () => state().runs,
    loading: () => state().loading,
    error: () => state().error,
    hasMore: () => state().cursor !== null,
    more: () => { void list.load(state().cursor) },
  }
}
