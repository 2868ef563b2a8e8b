import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Job } from '@codeforge/contracts/job'
import { Mailbox } from './mailbox.ts'
import type { Delivery } from './queue.ts'

/** What a delivery's verbs do to the message beneath it. */
export interface MessageEnds {
  ack(): Promise<void>
  retry(delayMs: number): Promise<void>
  reject(reason: string): Promise<void>
  working(): Promise<void>
}

/** A delivery that ends once, whatever its holder tries. */
class HeldDelivery implements Delivery {
  readonly job: Job
  readonly deliveries: number
  readonly #ends: MessageEnds
  readonly #release: (held: HeldDelivery) => void
  #state: 'held' | 'ended' | 'given-back' = 'held'

  constructor(job: Job, deliveries: number, ends: MessageEnds, release: (held: HeldDelivery) => void) {
    this.job = job
    this.deliveries = deliveries
    this.#ends = ends
    this.#release = release
  }

  ack(): Promise<void> {
    return this.#end(() => this.#ends.ack())
  }

  retry(delayMs: number): Promise<void> {
    return this.#end(() => this.#ends.retry(delayMs))
  }

  reject(reason: string): Promise<void> {
    return this.#end(() => this.#ends.reject(reason))
  }

  async working(): Promise<void> {
    if (this.#state === 'held') await this.#ends.working()
  }

  /** The queue takes it back; what its holder says afterwards has no effect. */
  async giveBack(): Promise<void> {
    if (this.#state !== 'held') return
    this.#state = 'given-back'
    this.#release(this)
    // A queue that cannot be told gives it to somebody else when the lease runs out.
    await this.#ends.retry(0).catch(() => undefined)
  }

  async #end(effect: () => Promise<void>): Promise<void> {
    if (this.#state === 'given-back') return
    if (this.#state === 'ended') throw new CodeForgeError('conflict', 'This delivery has ended already.')
    this.#state = 'ended'
    try {
      await effect()
    } finally {
      this.#release(this)
    }
  }
}

/** One call of `consume`: what its reader has not read yet, and what it holds unfinished. Every adapter counts slots here. */
export class Consumption {
  readonly deliveries: AsyncIterableIterator<Delivery>
  readonly #mailbox: Mailbox<HeldDelivery>
  readonly #held = new Set<HeldDelivery>()
  readonly #slots: () => number
  #onFreed: () => void = () => undefined
  #onStop: () => Promise<void> = async () => undefined
  #taking = true
  #stopped: Promise<void> | undefined
  /** Resolved when nothing is taken or held any more. */
  readonly #done = Promise.withResolvers<void>()

  constructor(slots: () => number) {
    this.#slots = slots
    this.#mailbox = new Mailbox<HeldDelivery>({ onReturn: () => void this.stopTaking() })
    this.deliveries = this.#mailbox
  }

  /** `freed` is told when a slot may be free; `stop` runs once, when nothing more is wanted. */
  connect(freed: () => void, stop: () => Promise<void>): void {
    this.#onFreed = freed
    this.#onStop = stop
  }

  get taking(): boolean {
    return this.#taking
  }

  /** How many more it may take now. */
  free(): number {
    return this.taking ? Math.max(0, this.#slots() - this.#held.size) : 0
  }

  /** The caller has seen that a slot is free. */
  deliver(job: Job, deliveries: number, ends: MessageEnds): void {
    const held = new HeldDelivery(job, deliveries, ends, (ended) => this.#release(ended))
    this.#held.add(held)
    this.#mailbox.push(held)
  }

  /** Gives everything back when the signal aborts; `ended` is told when nothing is taken or held any more. */
  endWith(signal: AbortSignal, ended: () => void): void {
    const abort = (): void => void this.abandon()
    signal.addEventListener('abort', abort)
    void this.#done.promise.then(() => {
      signal.removeEventListener('abort', abort)
      ended()
    })
    if (signal.aborted) abort()
  }

  /** Takes nothing new and gives back what was not read; what is in the reader's hands stays there. */
  stopTaking(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  /** Gives back everything, read or not. */
  async abandon(): Promise<void> {
    const stopped = this.stopTaking()
    await Promise.all([...this.#held].map((held) => held.giveBack()))
    await stopped
  }

  /** Takes nothing new and waits until everything in the reader's hands has ended. */
  async drain(): Promise<void> {
    await this.stopTaking()
    await this.#done.promise
  }

  async #stop(): Promise<void> {
    this.#taking = false
    const unread = this.#mailbox.takeUnread()
    this.#mailbox.close()
    await Promise.all([...unread.map((held) => held.giveBack()), this.#onStop()])
    if (this.#held.size === 0) this.#done.resolve()
  }

  #release(held: HeldDelivery): void {
    this.#held.delete(held)
    if (this.taking) this.#onFreed()
    else if (this.#held.size === 0) this.#done.resolve()
  }
}
