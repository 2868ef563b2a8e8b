import { CodeForgeError } from '@codeforge/contracts/error-code'
import { decodeMessage } from '@codeforge/contracts/queue-message'
import { parseSubject } from '@codeforge/contracts/subjects'
import { abortable } from '@codeforge/ports/abortable'
import { headers } from '@nats-io/transport-node'
import type { MsgHdrs } from '@nats-io/transport-node'
import { z } from 'zod'
import { isUnanswered } from './link.ts'
import type { Link } from './link.ts'
import { deadStream, jobStream } from './streams.ts'
import type { Streams } from './streams.ts'

/** A message for a stream. Its id makes publishing it again harmless. */
export interface Outgoing {
  readonly subject: string
  readonly payload: Uint8Array
  readonly id: string
  readonly headers?: Readonly<Record<string, string>>
}

const PubAck = z.object({ stream: z.string(), seq: z.number() })
/** A refusal may name stream and sequence as well. */
const Refusal = z.object({ error: z.object({ err_code: z.number(), description: z.string() }) })

/** A server under load has this many unconfirmed messages of one batch at most. */
const unconfirmedLimit = 1_000
const attempts = 3

/** Publishes to JetStream. */
export class Publisher {
  readonly #link: Link
  readonly #streams: Streams
  readonly #confirmMs: number

  constructor(link: Link, streams: Streams, confirmMs: number) {
    this.#link = link
    this.#streams = streams
    this.#confirmMs = confirmMs
  }

  /** Publishes many at once and resolves when all are stored. A stream that is missing is made. */
  async publish(messages: readonly Outgoing[], signal: AbortSignal): Promise<void> {
    for (let start = 0; start < messages.length; start += unconfirmedLimit) {
      await this.#publishBatch(messages.slice(start, start + unconfirmedLimit), signal)
    }
  }

  async #publishBatch(messages: readonly Outgoing[], signal: AbortSignal): Promise<void> {
    let left = messages
    for (let attempt = 1; left.length > 0; attempt += 1) {
      left = await this.#publishOrRepair(left, signal)
      if (left.length > 0 && attempt === attempts) throw new CodeForgeError('queue-unavailable', 'The job stream is missing and could not be made.')
      if (left.length > 0) await this.#streams.remakeStreams()
    }
  }

  /** Publishing all again after a repair is harmless: each has its id. */
  async #publishOrRepair(messages: readonly Outgoing[], signal: AbortSignal): Promise<readonly Outgoing[]> {
    try {
      return await this.#publishOnce(messages, signal)
    } catch (error) {
      if (!lostItsFiles(error)) throw error
      for (const stream of new Set(messages.map(({ subject }) => streamOf(subject)))) await this.#streams.dropBroken(stream)
      return messages
    }
  }

  /** Returns those that no stream took. */
  async #publishOnce(messages: readonly Outgoing[], signal: AbortSignal): Promise<readonly Outgoing[]> {
    signal.throwIfAborted()
    const late = new CodeForgeError('queue-unavailable', `JetStream did not confirm within ${this.#confirmMs} ms.`)
    const questions = messages.map((message) => this.#link.ask(message.subject, message.payload, headersOf(message)))
    const cancelAll = (reason: unknown): void => {
      for (const question of questions) question.cancel(reason)
    }
    const timer = setTimeout(() => { cancelAll(late) }, this.#confirmMs)
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
}

/**
 * A stream made while the server is still deleting its predecessor of the same name can lose its files to that deletion
 * (seen with server 2.9.10); it then refuses every message with 10077 until it is made anew.
 */
function lostItsFiles(error: unknown): boolean {
  return error instanceof CodeForgeError && error.details['jetStream'] === 10077 && /no such file/i.test(error.message)
}

const streamOf = (subject: string): string => (parseSubject(subject)?.kind === 'dead' ? deadStream : jobStream)

async function isTaken(reply: Promise<{ readonly data: Uint8Array }>): Promise<boolean> {
  try {
    const ack = decodeMessage((await reply).data)
    const isRefusal = typeof ack === 'object' && ack !== null && 'error' in ack
    if (!isRefusal) return PubAck.parse(ack).seq > 0
    const { error } = Refusal.parse(ack)
    throw new CodeForgeError('queue-unavailable', `JetStream refused: ${error.description}`, { details: { jetStream: error.err_code } })
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
