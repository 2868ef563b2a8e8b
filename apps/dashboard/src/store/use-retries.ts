import { createEffect, on, onCleanup } from 'solid-js'
import type { ApiError } from '../api/api-error.ts'
import { connection } from './live.ts'
import { isPassing, retryPause } from './retry-pause.ts'
import { isSignedIn } from './session.ts'
import { whenSeen } from './when-seen.ts'

export interface Retries {
  /** It failed: it is done again where that may help. */
  failed(error: ApiError): void
  /** It worked, or is not wanted any more. */
  settled(): void
}

/** Does something again after a failure that passes: after a while, or at once when the server is back or the browser is signed in again. */
export function useRetries(again: () => void): Retries {
  let failures = 0
  let waitsFor: 'connection' | 'session' | 'time' | null = null
  let cancel = (): void => undefined
  const retry = (): void => {
    cancel()
    waitsFor = null
    again()
  }
  createEffect(on(connection, (state) => { if (state === 'open' && waitsFor === 'connection') retry() }, { defer: true }))
  createEffect(on(isSignedIn, (signedIn) => { if (signedIn && waitsFor === 'session') retry() }, { defer: true }))
  onCleanup(() => { cancel() })
  return {
    failed(error) {
      cancel()
      waitsFor = reasonToWait(error)
      if (waitsFor === 'connection' || waitsFor === 'time') cancel = whenSeen(retry, retryPause(failures++, error.retryAfterMs, Math.random()))
    },
    settled() {
      cancel()
      waitsFor = null
      failures = 0
    },
  }
}

function reasonToWait(error: ApiError): 'connection' | 'session' | 'time' | null {
  if (error.status === 401) return 'session'
  if (error.code === 'unreachable') return 'connection'
  return isPassing(error) ? 'time' : null
}
