import type { Subscription } from '../api/live-stream.ts'

/**
 * Follows a project's events of one beginning. Its past comes as one call, once all of it was told: it may be long. What another part
 * of the page asks for again is told to all of them, and is no news.
 */
export function projectEvents(projectId: string, beginning: string, happened: () => void): Subscription {
  const stream = `project.${projectId}`
  let sequence = 0
  let caughtUp = false
  let past = false
  return {
    request() {
      caughtUp = false
      return { kind: 'subscribe', stream, after: sequence }
    },
    end: { kind: 'unsubscribe', stream },
    receive(message) {
      if (message.kind === 'caught-up' && message.stream === stream) {
        caughtUp = true
        if (past) happened()
        past = false
      }
      if (message.kind !== 'event' || message.event.stream !== stream || message.event.sequence <= sequence) return
      sequence = message.event.sequence
      if (!message.event.kind.startsWith(beginning)) return
      if (caughtUp) happened()
      else past = true
    },
  }
}
