import { setTimeout as sleep } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { createInbox, PermissionViolationError } from '@nats-io/transport-node'
import type { Msg, MsgHdrs, NatsConnection, PublishOptions, Status, Subscription } from '@nats-io/transport-node'

interface Outgoing {
  readonly subject: string
  readonly payload: Uint8Array | string
  readonly options: PublishOptions
  failed(reason: unknown): void
}

interface Asked {
  readonly subject: string
  resolve(reply: Msg): void
  reject(error: unknown): void
}

/** A question on its way. */
export interface Question {
  readonly reply: Promise<Msg>
  /** Nobody waits for the reply any more. */
  cancel(reason: unknown): void
}

/** Milliseconds that what nobody waits for may wait for others to travel with: each write costs as much as accepting several runs. */
const laterMs = 25
/** Milliseconds that whoever stops waits for a server to answer. */
const answerMs = 1_000

const lost = (): CodeForgeError => new CodeForgeError('queue-unavailable', 'The connection to NATS was lost.')

/** One connection: whether it stands, and the replies that come in. One subscription serves all questions, so many may be under way at once. */
export class Link {
  readonly connection: NatsConnection
  readonly inboxPrefix: string
  readonly #inbox: string
  readonly #asked = new Map<string, Asked>()
  readonly #reconnectListeners = new Set<() => void>()
  /** In the order in which it was sent, until the end of this turn of the event loop. */
  #outgoing: Outgoing[] = []
  #isDue = false
  #later: NodeJS.Timeout | undefined
  #connected = true
  #closed = false
  #givenUp = false
  /** The server did not answer the last time that somebody waited for it so. */
  #silent = false
  #count = 0
  #back = Promise.withResolvers<void>()

  constructor(connection: NatsConnection, inboxPrefix: string) {
    this.connection = connection
    this.inboxPrefix = inboxPrefix
    this.#inbox = createInbox(inboxPrefix)
    connection.subscribe(`${this.#inbox}.*`, { callback: (error, message) => error ? this.#failAll(error) : this.#receive(message) })
    void this.#watch()
  }

  get connected(): boolean {
    return this.#connected && !this.#closed
  }

  /** Runs after each reconnect; returns how to stop that. */
  onReconnect(listener: () => void): () => void {
    this.#reconnectListeners.add(listener)
    return () => this.#reconnectListeners.delete(listener)
  }

  /** Publishes and waits for one reply. Fails at once with `queue-unavailable` while there is no connection, or when it breaks. */
  ask(subject: string, payload: Uint8Array, headers?: MsgHdrs): Question {
    const { promise, resolve, reject } = Promise.withResolvers<Msg>()
    // A question that was cancelled has no reader left.
    promise.catch(() => undefined)
    const token = (this.#count += 1).toString(36)
    this.#asked.set(token, { subject, resolve, reject })
    const question = { reply: promise, cancel: (reason: unknown) => this.#fail(token, reason) }
    if (!this.connected) question.cancel(lost())
    else this.send(subject, payload, { reply: `${this.#inbox}.${token}`, ...(headers && { headers }) }, question.cancel)
    return question
  }

  /** Sends without a reply, as soon as the connection stands again; `later`: with whatever is sent next, or some milliseconds from now. */
  async tell(subject: string, payload: Uint8Array | string, later = false): Promise<void> {
    while (!this.connected && !this.#givenUp) await this.#back.promise
    if (!this.connected) return
    if (later) this.#sendLater(subject, payload)
    else this.send(subject, payload)
  }

  /**
   * Sends with whatever else is sent in this turn of the event loop, in one write: by itself the connection writes each message that is
   * sent from a promise of its own, and a write costs more than a message. While there is no connection, it goes nowhere.
   */
  send(subject: string, payload: Uint8Array | string, options: PublishOptions = {}, failed: Outgoing['failed'] = () => undefined): void {
    this.#outgoing.push({ subject, payload, options, failed })
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(() => { this.#write() })
  }

  #sendLater(subject: string, payload: Uint8Array | string): void {
    this.#outgoing.push({ subject, payload, options: {}, failed: () => undefined })
    if (!this.#isDue) this.#later ??= setTimeout(() => { this.#write() }, laterMs) // unless something else is sent before, which takes it along
  }

  /** Resolves when the server has seen all that was sent, or is silent. */
  async flush(): Promise<void> {
    this.#write()
    await this.answered(this.connection.flush())
  }

  /**
   * Waits for what the server answers, failures included, but not for a server that is silent: a connection that swallows what is sent
   * counts as standing for half a minute, and whoever stops must not wait for that each time.
   */
  async answered(answer: Promise<unknown>): Promise<void> {
    const heard = answer.then(() => { this.#silent = false }, () => undefined)
    if (this.#silent || !this.connected) return
    const patience = new AbortController()
    const late = sleep(answerMs, true, { signal: patience.signal }).catch(() => false)
    if (await Promise.race([heard, late]) === true) this.#silent = true
    patience.abort()
  }

  /** Ends a subscription; messages that are on their way still arrive before it resolves, unless the server is silent. */
  async unsubscribe(subscription: Subscription): Promise<void> {
    if (subscription.isClosed() || this.#closed) return
    if (this.#connected) await this.answered(subscription.drain())
    else subscription.unsubscribe()
  }

  /** What still waits to be sent is not waited for any more. */
  giveUp(): void {
    this.#givenUp = true
    this.#back.resolve()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.giveUp()
    if (this.#connected) await this.flush()
    this.#closed = true
    this.#failAll(new CodeForgeError('queue-unavailable', 'The queue was closed.'))
    await this.connection.close()
  }

  #write(): void {
    const outgoing = this.#outgoing
    this.#outgoing = []
    this.#isDue = false
    clearTimeout(this.#later)
    this.#later = undefined
    if (!this.connected) return
    for (const { subject, payload, options, failed } of outgoing) {
      try {
        this.connection.publish(subject, payload, options)
      } catch (error) {
        failed(error)
      }
    }
  }

  #receive(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1)
    const asked = this.#asked.get(token)
    if (!asked) return
    this.#asked.delete(token)
    if (message.data.length === 0 && message.headers?.code === 503) {
      asked.reject(new CodeForgeError('queue-unavailable', `Nobody answers '${asked.subject}' now.`, { details: { noResponders: true } }))
    } else asked.resolve(message)
  }

  #fail(token: string, reason: unknown): void {
    const asked = this.#asked.get(token)
    this.#asked.delete(token)
    asked?.reject(reason)
  }

  #failAll(reason: unknown): void {
    for (const token of [...this.#asked.keys()]) this.#fail(token, reason)
  }

  #failSubject(subject: string): void {
    const reason = new CodeForgeError('invalid-config', `This NATS identity may not publish to '${subject}'.`, { details: { subject } })
    for (const [token, asked] of [...this.#asked]) if (asked.subject === subject) this.#fail(token, reason)
  }

  async #watch(): Promise<void> {
    for await (const status of this.connection.status()) this.#see(status)
  }

  #see(status: Status): void {
    if (status.type === 'disconnect') this.#lose()
    if (status.type === 'reconnect') this.#regain()
    if (status.type === 'error' && status.error instanceof PermissionViolationError && status.error.operation === 'publish') {
      this.#failSubject(status.error.subject)
    }
  }

  #lose(): void {
    this.#connected = false
    this.#failAll(lost())
  }

  #regain(): void {
    this.#connected = true
    this.#silent = false
    this.#back.resolve()
    this.#back = Promise.withResolvers<void>()
    for (const listener of this.#reconnectListeners) listener()
  }
}

/** True where the failure says that nobody listens on the subject. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof CodeForgeError && error.details['noResponders'] === true
}
