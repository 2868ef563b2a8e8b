import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { QueueStatus } from '@codeforge/ports/queue'
import type { Link } from './link.ts'
import { deadStream, isStreamMissing, jobStream } from './streams.ts'
import type { Streams } from './streams.ts'

const away: QueueStatus = { connected: false, pending: 0, inFlight: 0, deadLetters: 0, oldestAgeMs: null }

/** Counts what the streams hold. Without a connection all is zero, and `connected` says so. */
export async function queueStatus(link: Link, streams: Streams): Promise<QueueStatus> {
  if (!link.connected) return away
  try {
    return await count(streams)
  } catch (error) {
    if (error instanceof CodeForgeError && error.code === 'queue-unavailable') return away
    throw error
  }
}

async function count(streams: Streams): Promise<QueueStatus> {
  const [jobs, dead, inFlight] = await Promise.all([stateOf(streams, jobStream), stateOf(streams, deadStream), inFlightOf(streams)])
  return {
    connected: true,
    pending: Math.max(0, jobs.messages - inFlight),
    inFlight,
    deadLetters: dead.messages,
    oldestAgeMs: jobs.messages > 0 ? Math.max(0, Date.now() - jobs.firstAt) : null,
  }
}

async function stateOf(streams: Streams, stream: string): Promise<{ readonly messages: number; readonly firstAt: number }> {
  try {
    const { state } = await streams.admin((manager) => manager.streams.info(stream))
    return { messages: state.messages, firstAt: Date.parse(state.first_ts) }
  } catch (error) {
    if (isStreamMissing(error)) return { messages: 0, firstAt: 0 }
    throw error
  }
}

async function inFlightOf(streams: Streams): Promise<number> {
  try {
    return await streams.admin(async ({ consumers }) => {
      let inFlight = 0
      for await (const consumer of consumers.list(jobStream)) inFlight += consumer.num_ack_pending
      return inFlight
    })
  } catch (error) {
    if (isStreamMissing(error)) return 0
    throw error
  }
}
