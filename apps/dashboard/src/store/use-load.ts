import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { Accessor } from 'solid-js'
import type { ApiError } from '../api/api-error.ts'
import { toApiError } from '../api/api-error.ts'
import { useRetries } from './use-retries.ts'

export interface Load<Value> {
  /** The last value; undefined until the first has come. */
  readonly value: Accessor<Value | undefined>
  readonly error: Accessor<ApiError | null>
  readonly loading: Accessor<boolean>
  reload(): void
}

/** Loads a value for a key, again when the key changes, on demand, or after a failure that passes; the last value stays while the next one comes. */
export function useLoad<Key, Value>(key: Accessor<Key>, load: (key: Key) => Promise<Value>): Load<Value> {
  const [value, setValue] = createSignal<Value | undefined>(undefined)
  const [error, setError] = createSignal<ApiError | null>(null)
  const [loading, setLoading] = createSignal(true)
  let latest = 0
  const retries = useRetries(() => { void start(key()) })
  onCleanup(() => { latest++ })

  const start = async (wanted: Key): Promise<void> => {
    const mine = ++latest
    setLoading(true)
    try {
      const result = await load(wanted)
      if (mine !== latest) return
      retries.settled()
      setValue(() => result)
      setError(null)
    } catch (reason) {
      if (mine !== latest) return
      const failure = toApiError(reason)
      setError(failure)
      retries.failed(failure)
    } finally {
      if (mine === latest) setLoading(false)
    }
  }
  createEffect(on(key, (wanted) => { void start(wanted) }))
  return { value, error, loading, reload: () => { void start(key()) } }
}
