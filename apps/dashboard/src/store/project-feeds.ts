import type { LiveStream } from '../api/live-stream.ts'

/** Called with the kind of an event; of the past only the last one of those that concern it. */
export interface ProjectListener {
  concerns(kind: string): boolean
  happened(): void
}

interface Feed {
  readonly listeners: Set<ProjectListener>
  end(): void
}

/**
 * Events of projects for whatever part of the page wants them. The server knows one subscription of a stream for each connection, so
 * all listeners of a project share one, which ends with the last of them.
 */
export function projectFeeds(live: () => LiveStream): (projectId: string, listener: ProjectListener) => () => void {
  const feeds = new Map<string, Feed>()
  return (projectId, listener) => {
    const stream = `project.${projectId}`
    const feed = feeds.get(stream) ?? openFeed(live(), stream)
    feeds.set(stream, feed)
    feed.listeners.add(listener)
    return () => {
      feed.listeners.delete(listener)
      if (feed.listeners.size > 0 || feeds.get(stream) !== feed) return
      feeds.delete(stream)
      feed.end()
    }
  }
}

function openFeed(live: LiveStream, stream: string): Feed {
  const listeners = new Set<ProjectListener>()
  // Who listens from the beginning may have loaded what it shows before the last of the past was recorded.
  const concerned = new Set<ProjectListener>()
  let sequence = 0
  let caughtUp = false
  const end = live.subscribe({
    request: () => ({ kind: 'subscribe', stream, after: sequence }),
    end: { kind: 'unsubscribe', stream },
    receive(message) {
      if (message.kind === 'event' && message.event.stream === stream && message.event.sequence > sequence) {
        sequence = message.event.sequence
        for (const listener of listeners) if (listener.concerns(message.event.kind)) concerned.add(listener)
      } else if (message.kind === 'caught-up' && message.stream === stream) caughtUp = true
      if (!caughtUp) return
      for (const listener of concerned) if (listeners.has(listener)) listener.happened()
      concerned.clear()
    },
  })
  return { listeners, end }
}
