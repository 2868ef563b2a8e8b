import { createEffect, on, onCleanup } from 'solid-js'
import { liveStream } from '../store/live.ts'

/** Calls back when something happens to a project whose kind begins like this, such as `index.`; while the caller's part of the page is there. */
export function useProjectEvents(projectId: () => string, beginning: string, happened: () => void): void {
  createEffect(on(projectId, (id) => {
    const stream = `project.${id}`
    let sequence = 0
    onCleanup(liveStream().subscribe({
      request: () => ({ kind: 'subscribe', stream, after: sequence }),
      end: { kind: 'unsubscribe', stream },
      receive: (message) => {
        if (message.kind !== 'event' || message.event.stream !== stream) return
        sequence = message.event.sequence
        if (message.event.kind.startsWith(beginning)) happened()
      },
    }))
  }))
}
