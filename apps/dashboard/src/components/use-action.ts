import { createEffect, createSignal, on } from 'solid-js'
import type { Accessor } from 'solid-js'
import { toApiError } from '../api/api-error.ts'
import type { ApiError } from '../api/api-error.ts'
import { connection } from '../store/live.ts'

export interface Action {
  readonly busy: Accessor<boolean>
  readonly error: Accessor<ApiError | null>
  /** Does it, unless it is being done already. */
  start(work: () => Promise<void>): void
}

/** Something a person starts: whether it is under way, and why it did not work. */
export function useAction(): Action {
  const [busy, setBusy] = createSignal(false)
  const [error, setError] = createSignal<ApiError | null>(null)
  // What could not be said is said again by hand; that nobody answers is no longer true then.
  createEffect(on(connection, (state) => { if (state === 'open' && error()?.code === 'unreachable') setError(null) }, { defer: true }))
  const run = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (reason) {
      setError(toApiError(reason))
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, start: (work) => { if (!busy()) void run(work) } }
}
