import { isRunEvent } from '@codeforge/contracts/event'
import { batch as batchUpdates, createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { Accessor } from 'solid-js'
import type { ApiError } from '../api/api-error.ts'
import { toApiError } from '../api/api-error.ts'
import { api } from '../api/endpoints.ts'
import { frameBatch } from './frame-batch.ts'
import { liveStream } from './live.ts'
import { useRetries } from './use-retries.ts'
import { emptyRunPage, foldRunPage } from './run-page.ts'
import type { RunPage, RunPageInput } from './run-page.ts'

const redrawWhileFillingMs = 500

export interface RunStore {
  readonly page: Accessor<RunPage>
  /** True once everything recorded so far has been folded. */
  readonly caughtUp: Accessor<boolean>
  readonly error: Accessor<ApiError | null>
}

/** Loads a run and folds its events for as long as the page shows it. */
export function useRun(id: Accessor<string>): RunStore {
  const [page, setPage] = createSignal<RunPage>(emptyRunPage)
  const [caughtUp, setCaughtUp] = createSignal(false)
  const [error, setError] = createSignal<ApiError | null>(null)
  let load = (): void => undefined
  const retries = useRetries(() => { load() })

  createEffect(on(id, (runId) => {
    const stream = `run.${runId}`
    let sequence = 0
    setPage(emptyRunPage)
    setCaughtUp(false)
    setError(null)
    let folded = emptyRunPage
    let shownAt = -redrawWhileFillingMs
    const batch = frameBatch<RunPageInput | 'caught-up'>((inputs) => {
      folded = foldRunPage(folded, inputs.filter((input) => input !== 'caught-up'))
      const isCaughtUp = caughtUp() || inputs.includes('caught-up')
      // A long past comes in over many frames; drawing each of them would take longer than reading it.
      if (!isCaughtUp && performance.now() - shownAt < redrawWhileFillingMs) return
      shownAt = performance.now()
      batchUpdates(() => {
        setPage(folded)
        setCaughtUp(isCaughtUp)
      })
    })
    let current = true
    load = () => {
      api.run(runId).then((run) => {
        if (!current) return
        retries.settled()
        setError(null)
        batch.add({ kind: 'loaded', run })
      }, (reason: unknown) => {
        if (!current) return
        const failure = toApiError(reason)
        setError(failure)
        retries.failed(failure)
      })
    }
    load()
    const unsubscribe = liveStream().subscribe({
      request: () => ({ kind: 'subscribe', stream, after: sequence }),
      end: { kind: 'unsubscribe', stream },
      receive(message) {
        if (message.kind === 'event' && message.event.stream === stream && isRunEvent(message.event)) {
          sequence = Math.max(sequence, message.event.sequence)
          batch.add({ kind: 'event', event: message.event })
        } else if (message.kind === 'live' && message.message.runId === runId) batch.add({ kind: 'live', message: message.message })
        else if (message.kind === 'caught-up' && message.stream === stream) batch.add('caught-up')
      },
    })
    onCleanup(() => {
      current = false
      retries.settled()
      unsubscribe()
      batch.cancel()
    })
  }))
  return { page, caughtUp, error }
}
