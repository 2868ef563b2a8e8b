import { CodeForgeError } from '@codeforge/contracts/error-code'
import { decodeMessage, decodeReply, encodeErrorReply, encodeMessage, encodeReply } from '@codeforge/contracts/queue-message'
import { abortable } from '@codeforge/ports/abortable'
import { Mailbox } from '@codeforge/ports/mailbox'
import { Transient } from '@codeforge/ports/transient'
import type { Msg } from '@nats-io/transport-node'
import type { Link } from './link.ts'

type Handle = (payload: unknown, signal: AbortSignal) => Promise<unknown>

const unreadLimit = 1_000
/** Servers of one subject share its requests. */
const group = 'codeforge'

/** Asks and waits for the answer, or for the signal. */
export async function request(link: Link, subject: string, payload: unknown, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted()
  const question = link.ask(subject, encodeMessage(payload))
  try {
    return decodeReply((await abortable(question.reply, signal)).data)
  } catch (error) {
    question.cancel(error)
    throw error
  }
}

/** Sends to whoever listens now; while there is no connection, to nobody. */
export function broadcast(link: Link, subject: string, payload: unknown): void {
  const bytes = encodeMessage(payload)
  if (link.connected) link.send(subject, bytes)
}

/** Everything that this connection answers or listens to. */
export class Services {
  readonly #link: Link
  readonly #closing = new AbortController()
  readonly #services = new Set<AsyncDisposable>()
  readonly #mailboxes = new Set<Mailbox<Transient>>()

  constructor(link: Link) {
    this.#link = link
  }

  async serve(subject: string, handle: Handle): Promise<AsyncDisposable> {
    const underWay = new Set<Promise<void>>()
    const subscription = this.#link.connection.subscribe(subject, { queue: group, callback: (error, message) => {
      if (error) return
      const work = this.#answer(message, handle).finally(() => underWay.delete(work))
      underWay.add(work)
    } })
    const service = {
      [Symbol.asyncDispose]: async () => {
        this.#services.delete(service)
        await this.#link.unsubscribe(subscription)
        await Promise.all(underWay)
      },
    }
    this.#services.add(service)
    // The server knows of the subscription before anybody is told that the service runs.
    if (this.#link.connected) await this.#link.flush()
    return service
  }

  listen(subject: string, signal: AbortSignal): AsyncIterable<Transient> {
    const stop = (): void => {
      signal.removeEventListener('abort', stop)
      if (this.#mailboxes.delete(mailbox) && !subscription.isClosed()) subscription.unsubscribe()
      mailbox.takeUnread()
      mailbox.close()
    }
    const mailbox = new Mailbox<Transient>({ limit: unreadLimit, onReturn: stop })
    this.#mailboxes.add(mailbox)
    const subscription = this.#link.connection.subscribe(subject, { callback: (error, message) => {
      if (error) mailbox.close(new CodeForgeError('invalid-config', `This NATS identity may not listen to '${subject}'.`, { cause: error }))
      else mailbox.push(new Transient(message.subject, message.data))
    } })
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    return mailbox
  }

  /** Takes no new requests; resolves when those that were taken have been answered. */
  async drain(): Promise<void> {
    await Promise.all([...this.#services].map((service) => service[Symbol.asyncDispose]()))
  }

  close(): void {
    this.#closing.abort(new CodeForgeError('queue-unavailable', 'The queue was closed.'))
    for (const mailbox of [...this.#mailboxes]) void mailbox.return()
  }

  async #answer(message: Msg, handle: Handle): Promise<void> {
    const reply = await replyTo(message, handle, this.#closing.signal)
    if (this.#link.connected && message.reply !== undefined) this.#link.send(message.reply, reply)
  }
}

async function replyTo(message: Msg, handle: Handle, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return encodeReply(await handle(decodeMessage(message.data), signal))
  } catch (error) {
    return encodeErrorReply(error)
  }
}
