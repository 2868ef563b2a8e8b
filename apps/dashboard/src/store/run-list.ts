import type { Page } from '@codeforge/contracts/page'
import type { RunSummary } from '@codeforge/contracts/run'
import type { ApiError } from '../api/api-error.ts'
import { toApiError } from '../api/api-error.ts'

export interface RunListState {
  readonly runs: readonly RunSummary[]
  /** Where the next page begins; null where there is none. */
  readonly cursor: string | null
  readonly loading: boolean
  readonly error: ApiError | null
}

export const noRuns: RunListState = { runs: [], cursor: null, loading: true, error: null }

export interface RunListPorts {
  read(cursor: string | null): Promise<Page<RunSummary>>
  belongs(run: RunSummary): boolean
  show(state: RunListState): void
}

export interface RunList {
  /** Reads the page that begins at a cursor; null: the list anew. */
  load(cursor: string | null): Promise<void>
  changed(run: RunSummary): void
  /** Nothing that is on its way is shown any more. */
  close(): void
}

/** A list that is read and told of changes at the same time: whichever comes last, the newer state of a run stays. */
export function openRunList({ read, belongs, show }: RunListPorts): RunList {
  let state = noRuns
  let latest = 0
  /** Told since the page that is on its way was asked for: it may have been read before. */
  let told: RunSummary[] = []
  const change = (changes: Partial<RunListState>): void => {
    state = { ...state, ...changes }
    show(state)
  }
  const merge = (runs: readonly RunSummary[], newer: readonly RunSummary[]): readonly RunSummary[] =>
    newer.reduce((list, run) => mergeRun(list, run, belongs), runs)
  return {
    async load(cursor) {
      const mine = ++latest
      told = []
      change({ loading: true })
      try {
        const page = await read(cursor)
        if (mine !== latest) return
        const runs = cursor === null ? page.items : merge(state.runs, page.items)
        change({ runs: merge(runs, told), cursor: page.nextCursor, error: null, loading: false })
      } catch (reason) {
        if (mine === latest) change({ error: toApiError(reason), loading: false })
      }
    },
    changed(run) {
      if (state.loading) told.push(run)
      change({ runs: mergeRun(state.runs, run, belongs) })
    },
    close() { latest += 1 },
  }
}

/** Puts a run's newer state into a list that is ordered newest first; a run that no longer belongs leaves it. */
export function mergeRun(runs: readonly RunSummary[], run: RunSummary, belongs: (run: RunSummary) => boolean): readonly RunSummary[] {
  const index = runs.findIndex(({ id }) => id === run.id)
  const known = runs[index]
  if (known === undefined) {
    if (!belongs(run)) return runs
    const place = runs.findIndex(({ id }) => id < run.id) // ids sort by creation time
    return place === -1 ? [...runs, run] : runs.toSpliced(place, 0, run)
  }
  if (known.sequence > run.sequence) return runs
  return belongs(run) ? runs.with(index, run) : runs.toSpliced(index, 1)
}
