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

/** Waits between tries to reach a host: from the first to the longest. */
const retryMs = { first: 200, longest: 5000 }
/** Without a host for so long, the run is given up on; it goes on without us once there is one. */
const patienceMs = 300_000

const endings = new Set(['run.succeeded', 'run.failed', 'run.cancelled'])

/** Shows every event of a run once, from the first, until the run has ended or the signal aborts. Survives a change of hosts. */
export async function followRun(session: Session, id: RunId, follower: Follower, signal: AbortSignal): Promise<void> {
  const place: Place = { sequence: 0, ended: false, lostAt: null, waitMs: retryMs.first }
  while (!signal.aborted && !place.ended) {
    try {
      await readOn(session, id, follower, place, signal)
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      if (signal.aborted) return
      if (place.lostAt === null) follower.onReconnect?.()
      place.lostAt ??= Date.now()
      if (Date.now() - place.lostAt > patienceMs) throw error
      await sleep(place.waitMs, undefined, { signal }).catch(() => undefined)
      place.waitMs = Math.min(retryMs.longest, place.waitMs * 2)
      await session.reconnect()
    }
  }
}

/** How far one follower has come. */
interface Place {
  sequence: number
  ended: boolean
  /** Since when no host answers; null while one does. */
  lostAt: number | null
  waitMs: number
}

async function readOn(session: Session, id: RunId, follower: Follower, place: Place, signal: AbortSignal): Promise<void> {
  for await (const message of streamMessages(session.address(), `run.${id}`, place.sequence, signal)) {
    place.lostAt = null
    place.waitMs = retryMs.first
    if (message.kind === 'live') follower.onLive?.(message.message)
    if (message.kind !== 'event' || !isRunEvent(message.event) || message.event.sequence <= place.sequence) continue
    place.sequence = message.event.sequence
    await follower.onEvent(message.event)
    if (!endings.has(message.event.kind)) continue
    place.ended = true
    return
  }
}
