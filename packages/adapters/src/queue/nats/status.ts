import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { QueueStatus } from '@codeforge/ports/queue'
import type { JetStreamManager } from '@nats-io/jetstream'
import type { Link } from './link.ts'
import { deadStream, isStreamMissing, jobStream } from './streams.ts'
import type { Streams } from './streams.ts'

const away: QueueStatus = { connected: false, pending: 0, inFlight: 0, deadLetters: 0, oldestAgeMs: null }

/** Counts what the streams hold. Without a connection all is zero, and `connected` says so. */
export async function queueStatus(link: Link, streams: Streams): Promise<QueueStatus> {
  if (!link.connected) return away
  try {
    return await streams.admin(count)
  } catch (error) {
    if (error instanceof CodeForgeError && error.code === 'queue-unavailable') return away
    throw error
  }
}

async function count(manager: JetStreamManager): Promise<QueueStatus> {
  const [jobs, dead, inFlight] = await Promise.all([stateOf(manager, jobStream), stateOf(manager, deadStream), inFlightOf(manager)])
  return {
    connected: true,
    pending: Math.max(0, jobs.messages - inFlight),
    inFlight,
    deadLetters: dead.messages,
    oldestAgeMs: jobs.messages > 0 ? Math.max(0, Date.now() - jobs.firstAt) : null,
  }
}

async function stateOf(manager: JetStreamManager, stream: string): Promise<{ readonly messages: number; readonly firstAt: number }> {
  try {
    const { state } = await manager.streams.info(stream)
    return { messages: state.messages, firstAt: Date.parse(state.first_ts) }
  } catch (error) {
    if (isStreamMissing(error)) return { messages: 0, firstAt: 0 }
    throw error
  }
}

async function inFlightOf(manager: JetStreamManager): Promise<number> {
  let inFlight = 0
  try {
    for await (const consumer of manager.consumers.list(jobStream)) inFlight += consumer.num_ack_pending
  } catch (error) {
    if (!isStreamMissing(error)) throw error
  }
  return inFlight
}
