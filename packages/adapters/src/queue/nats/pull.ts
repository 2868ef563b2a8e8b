import type { JobKind, PoolName } from '@codeforge/contracts/job'
import { createInbox, nanos } from '@nats-io/transport-node'
import type { Msg, Subscription } from '@nats-io/transport-node'
import type { Link } from './link.ts'
import { consumerName, jobStream } from './streams.ts'
import type { Streams } from './streams.ts'

/** Which jobs a pull is for. */
export interface JobSource {
  readonly pool: PoolName
  readonly kind: JobKind
}

export interface PullEvents {
  /** A job's message arrived. */
  message(message: Msg): void
  /** There may be room for another request. */
  changed(): void
}

// A worker that hangs keeps its requests open; a job that is given to one of them waits until it is published again.
const expiresMs = 5_000
const heartbeatMs = 2_000
/** After this long without a sign of life, what was asked for counts as forgotten. */
const silentMs = 2.5 * heartbeatMs
const firstWaitMs = 50
const longestWaitMs = 2_000

/**
 * Pull requests for one pool. The vendor's own consumer loop fetches ahead of its reader; here exactly as many
 * messages are asked for as there are free slots, and the number may change with each.
 */
export class Pull {
  readonly #link: Link
  readonly #streams: Streams
  readonly #source: JobSource
  readonly #events: PullEvents
  readonly #inbox: string
  readonly #subscription: Subscription
  /** Asked for and not yet delivered. */
  #outstanding = 0
  /** Distinguishes the replies to requests that are still counted from those of forgotten ones. */
  #generation = 0
  #seen = 0
  #ready = false
  #preparing = false
  #waitMs = firstWaitMs
  #stopped = false

  constructor(link: Link, streams: Streams, source: JobSource, events: PullEvents) {
    this.#link = link
    this.#streams = streams
    this.#source = source
    this.#events = events
    this.#inbox = createInbox(link.inboxPrefix)
    this.#subscription = link.connection.subscribe(`${this.#inbox}.*`, { callback: (error, message) => {
      if (!error) this.#receive(message)
    } })
  }

  get outstanding(): number {
    return this.#outstanding
  }

  /** Asks for so many more; makes the consumer first where it is missing. */
  request(batch: number): void {
    if (this.#stopped || !this.#link.connected) return
    if (!this.#ready) return void this.#prepare()
    const request = { batch, expires: nanos(expiresMs), idle_heartbeat: nanos(heartbeatMs) }
    this.#outstanding += batch
    this.#seen = performance.now()
    this.#link.send(
      `$JS.API.CONSUMER.MSG.NEXT.${jobStream}.${consumerName(this.#source.pool, this.#source.kind)}`,
      JSON.stringify(request), { reply: `${this.#inbox}.${this.#generation}` },
    )
  }

  /** Whoever should have answered is gone: nothing counts as asked for, and the consumer is looked for again. */
  reset(): void {
    this.#generation += 1
    this.#outstanding = 0
    this.#ready = false
  }

  /** Notices requests that the server has forgotten. */
  check(): void {
    if (this.#outstanding > 0 && performance.now() - this.#seen > silentMs) this.reset()
  }

  /** Asks for nothing more. Messages that are on their way still arrive before it resolves, unless the server is silent. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#link.unsubscribe(this.#subscription)
  }

  async #prepare(): Promise<void> {
    if (this.#preparing) return
    this.#preparing = true
    try {
      await this.#streams.ensureConsumer(this.#source.pool, this.#source.kind)
      this.#ready = true
      this.#waitMs = firstWaitMs
      this.#preparing = false
      this.#events.changed()
    } catch {
      // The server or its streams are away; there is nobody to tell but `status`. It is tried until the consumption ends.
      setTimeout(() => {
        this.#preparing = false
        this.#events.changed()
      }, this.#waitMs).unref()
      this.#waitMs = Math.min(this.#waitMs * 2, longestWaitMs)
    }
  }

  #receive(message: Msg): void {
    this.#seen = performance.now()
    if (!message.subject.startsWith(this.#inbox)) {
      this.#outstanding = Math.max(0, this.#outstanding - 1)
      return this.#events.message(message)
    }
    if (message.subject !== `${this.#inbox}.${this.#generation}`) return
    this.#status(message)
  }

  #status(message: Msg): void {
    const code = message.headers?.code ?? 0
    if (code === 100) return
    const unsatisfied = Number.parseInt(message.headers?.get('Nats-Pending-Messages') ?? '', 10)
    if ((code === 408 || code === 409) && unsatisfied > 0) {
      this.#outstanding = Math.max(0, this.#outstanding - unsatisfied)
      return this.#events.changed()
    }
    this.reset()
    // Not at once: a server that refuses every request must not be asked in a tight loop.
    setTimeout(() => this.#events.changed(), firstWaitMs).unref()
  }
}
