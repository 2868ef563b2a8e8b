import { CodeForgeError } from '@codeforge/contracts/error-code'
import { decodeMessage, decodeReply, encodeErrorReply, encodeMessage, encodeReply } from '@codeforge/contracts/queue-message'
import { subjectMatches } from '@codeforge/contracts/subjects'
import { abortable } from '@codeforge/ports/abortable'
import { Mailbox } from '@codeforge/ports/mailbox'
import { Transient } from '@codeforge/ports/transient'

type Handle = (payload: unknown, signal: AbortSignal) => Promise<unknown>

interface Service {
  readonly handle: Handle
  readonly underWay: Set<Promise<void>>
}

const unreadLimit = 1_000

/** Requests and broadcasts within one process. Values pass through bytes, so nobody shares an object. */
export class Switchboard {
  readonly #services = new Map<string, Service[]>()
  readonly #listeners = new Set<{ readonly pattern: string; readonly mailbox: Mailbox<Transient> }>()
  readonly #closing = new AbortController()

  serve(subject: string, handle: Handle): AsyncDisposable {
    const service: Service = { handle, underWay: new Set() }
    this.#services.set(subject, [...(this.#services.get(subject) ?? []), service])
    return {
      [Symbol.asyncDispose]: async () => {
        this.#services.set(subject, (this.#services.get(subject) ?? []).filter((other) => other !== service))
        await Promise.all(service.underWay)
      },
    }
  }

  async request(subject: string, payload: unknown, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted()
    const bytes = encodeMessage(payload)
    const [service, ...others] = this.#services.get(subject) ?? []
    if (!service) throw new CodeForgeError('queue-unavailable', `Nobody answers '${subject}' now.`)
    this.#services.set(subject, [...others, service])
    const reply = Promise.withResolvers<Uint8Array>()
    const work = this.#answer(service, bytes).then(reply.resolve)
    service.underWay.add(work)
    void work.finally(() => service.underWay.delete(work))
    return decodeReply(await abortable(reply.promise, AbortSignal.any([signal, this.#closing.signal])))
  }

  broadcast(subject: string, payload: unknown): void {
    const bytes = encodeMessage(payload)
    for (const { pattern, mailbox } of this.#listeners) {
      if (subjectMatches(pattern, subject)) mailbox.push(new Transient(subject, bytes))
    }
  }

  listen(pattern: string, signal: AbortSignal): AsyncIterable<Transient> {
    const stop = (): void => {
      this.#listeners.delete(listener)
      signal.removeEventListener('abort', stop)
      listener.mailbox.takeUnread()
      listener.mailbox.close()
    }
    const listener = { pattern, mailbox: new Mailbox<Transient>({ limit: unreadLimit, onReturn: stop }) }
    this.#listeners.add(listener)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    return listener.mailbox
  }

  /** Takes no new requests; resolves when those that were taken have been answered. */
  async drain(): Promise<void> {
    const services = [...this.#services.values()].flat()
    this.#services.clear()
    await Promise.all(services.flatMap((service) => [...service.underWay]))
  }

  close(): void {
    this.#services.clear()
    this.#closing.abort(new CodeForgeError('queue-unavailable', 'The queue was closed.'))
    for (const { mailbox } of [...this.#listeners]) void mailbox.return()
  }

  async #answer(service: Service, bytes: Uint8Array): Promise<Uint8Array> {
    try {
      return encodeReply(await service.handle(decodeMessage(bytes), this.#closing.signal))
    } catch (error) {
      return encodeErrorReply(error)
    }
  }
}
