import { setTimeout as sleep } from 'node:timers/promises'
import type { LiveMessage, RunEvent } from '@codeforge/contracts/event'
import { isRunEvent } from '@codeforge/contracts/event'
import type { RunId } from '@codeforge/contracts/ids'
import { Unreachable } from '../api/client.ts'
import { streamMessages } from '../api/event-stream.ts'
import type { Session } from '../api/session.ts'

export interface Follower {
  onEvent(event: RunEvent): void | Promise<void>
  onLive?(message: LiveMessage): void
  /** The host left; the run goes on with another one. */
  onReconnect?(): void
}

const endings = new Set(['run.succeeded', 'run.failed', 'run.cancelled'])

/** Shows every event of a run once, from the first, until the run has ended or the signal aborts. Survives a change of hosts. */
export async function followRun(session: Session, id: RunId, follower: Follower, signal: AbortSignal): Promise<void> {
  let last = 0
  const leave = new AbortController()
  const stopped = AbortSignal.any([signal, leave.signal])
  while (!stopped.aborted) {
    try {
      for await (const message of streamMessages(session.address(), `run.${id}`, last, stopped)) {
        if (message.kind === 'live') follower.onLive?.(message.message)
        if (message.kind !== 'event' || !isRunEvent(message.event) || message.event.sequence <= last) continue
        last = message.event.sequence
        await follower.onEvent(message.event)
        if (!endings.has(message.event.kind)) continue
        leave.abort()
        break
      }
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      if (stopped.aborted) return
      follower.onReconnect?.()
      await sleep(200)
      await session.reconnect()
    }
  }
}
