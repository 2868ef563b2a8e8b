import type { RunSummary } from '@codeforge/contracts/run'
import { liveStream } from './live.ts'

interface Listener {
  changed(run: RunSummary): void
  /** Changes before this moment may have been missed, those after it are told. */
  caughtUp(): void
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
  liveStream().subscribe({
    request: () => ({ kind: 'subscribe-runs' }),
    receive(message) {
      if (message.kind === 'run') for (const listener of listeners) listener.changed(message.run)
      // The first time as well: what was read before the server began to tell may have changed in between.
      else if (message.kind === 'caught-up' && message.stream === 'runs') for (const listener of listeners) listener.caughtUp()
    },
  })
}
