import type { RunSummary } from '@codeforge/contracts/run'
import { liveStream } from './live.ts'

interface Listener {
  changed(run: RunSummary): void
  /** Changes may have been missed. */
  reconnected(): void
}

const listeners = new Set<Listener>()
let subscribed = false

/** Calls the listener with every run that changes. All lists of the page share one subscription. */
export function onRunChange(listener: Listener): () => void {
  listeners.add(listener)
  subscribeOnce()
  return () => { listeners.delete(listener) }
}

function subscribeOnce(): void {
  if (subscribed) return
  subscribed = true
  let first = true
  liveStream().subscribe({
    request() {
      if (!first) for (const listener of listeners) listener.reconnected()
      first = false
      return { kind: 'subscribe-runs' }
    },
    receive(message) {
      if (message.kind === 'run') for (const listener of listeners) listener.changed(message.run)
    },
  })
}
