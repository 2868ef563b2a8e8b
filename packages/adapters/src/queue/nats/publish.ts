import { CodeForgeError } from '@codeforge/contracts/error-code'
import { decodeMessage } from '@codeforge/contracts/queue-message'
import { abortable } from '@codeforge/ports/abortable'
import { headers } from '@nats-io/transport-node'
import type { MsgHdrs } from '@nats-io/transport-node'
import { z } from 'zod'
import { isUnanswered } from './link.ts'
import type { Link } from './link.ts'
import type { Streams } from './streams.ts'

/** A message for a stream. Its id makes publishing it again harmless. */
export interface Outgoing {
  readonly subject: string
  readonly payload: Uint8Array
  readonly id: string
  readonly headers?: Readonly<Record<string, string>>
}

const PubAck = z.union([
  z.object({ error: z.object({ err_code: z.number(), description: z.string() }) }),
  z.object({ stream: z.string(), seq: z.number() }),
])

/** A server under load has this many unconfirmed messages of one batch at most. */
const unconfirmedLimit = 1_000
const attempts = 3

/** Publishes to JetStream, many at once, and resolves when all are stored. A stream that is missing is made. */
export async function publishAll(link: Link, streams: Streams, messages: readonly Outgoing[], confirmMs: number, signal: AbortSignal): Promise<void> {
  for (let start = 0; start < messages.length; start += unconfirmedLimit) {
    await publishBatch(link, streams, messages.slice(start, start + unconfirmedLimit), confirmMs, signal)
  }
}

async function publishBatch(link: Link, streams: Streams, messages: readonly Outgoing[], confirmMs: number, signal: AbortSignal): Promise<void> {
  let left = messages
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const unanswered = await publishOnce(link, left, confirmMs, signal)
    if (unanswered.length > 0 && attempt === attempts) throw new CodeForgeError('queue-unavailable', 'The job stream is missing and could not be made.')
    if (unanswered.length > 0) await streams.ensureStreams()
    left = unanswered
  }
}

/** Returns those that no stream took. */
async function publishOnce(link: Link, messages: readonly Outgoing[], confirmMs: number, signal: AbortSignal): Promise<readonly Outgoing[]> {
  signal.throwIfAborted()
  const late = new CodeForgeError('queue-unavailable', `JetStream did not confirm within ${confirmMs} ms.`)
  const questions = messages.map((message) => link.ask(message.subject, message.payload, headersOf(message)))
  const cancelAll = (reason: unknown): void => questions.forEach((question) => question.cancel(reason))
  const timer = setTimeout(() => cancelAll(late), confirmMs)
  try {
    const taken = await abortable(Promise.all(questions.map(async ({ reply }) => isTaken(reply))), signal)
    return messages.filter((_message, index) => !taken[index])
  } catch (error) {
    cancelAll(error)
    throw error
  } finally {
    clearTimeout(timer)
  }
}

async function isTaken(reply: Promise<{ readonly data: Uint8Array }>): Promise<boolean> {
  try {
    const ack = PubAck.parse(decodeMessage((await reply).data))
    if ('error' in ack) throw new CodeForgeError('queue-unavailable', `JetStream refused: ${ack.error.description}`, { details: { reason: ack.error.err_code } })
    return true
  } catch (error) {
    if (isUnanswered(error)) return false
    throw error
  }
}

function headersOf(message: Outgoing): MsgHdrs {
  const made = headers()
  made.set('Nats-Msg-Id', message.id)
  for (const [name, value] of Object.entries(message.headers ?? {})) made.set(name, value)
  return made
}
