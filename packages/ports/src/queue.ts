import type { Job, JobKind, PoolName } from '@codeforge/contracts/job'
import { PortRegistry } from './registry.ts'

/**
 * One job in a consumer's hands. Exactly one of `ack`, `retry`, `reject` ends it; a second one is refused with `conflict`,
 * whichever it is. Once the consumption was aborted the queue has taken the job back, and all of them do nothing.
 */
export interface Delivery {
  readonly job: Job
  /**
   * 1 at the first delivery of this publication. At least 1 and never too high, but it may be too low: a queue may not
   * count a delivery to a reader that left (nats-server 2.9 forgets one when a job is given back while that reader had asked
   * for more). So it bounds a job that comes again and again; attempts are counted in the store.
   */
  readonly deliveries: number
  ack(): Promise<void>
  /** Gives it back; it comes again after the delay. */
  retry(delayMs: number): Promise<void>
  /** To the dead letters, with the reason. */
  reject(reason: string): Promise<void>
  /** Extends the queue's own lease of the message. Does nothing once the delivery has ended. */
  working(): Promise<void>
}

export interface DeadLetter {
  readonly id: string
  readonly subject: string
  readonly reason: string
  readonly at: Date
  readonly payload: string
}

export interface QueueStatus {
  readonly connected: boolean
  readonly pending: number
  readonly inFlight: number
  readonly deadLetters: number
  readonly oldestAgeMs: number | null
}

/** Transport only: the store is the truth. What is lost here is published again by core. */
export interface Queue {
  /**
   * Publishes jobs; one with the same id and publication again within two minutes is dropped. Resolves when the queue has stored them.
   * `together`: so many may share a message (default: 1). They then go to one reader that has room for all of them, are known again only as the same
   * list, and one that is given back may come again only when the others have ended: for jobs that the store publishes again when nobody claims them.
   */
  publish(jobs: readonly Job[], signal: AbortSignal, together?: number): Promise<void>
  /**
   * Jobs of these pools and kind, at most `slots` unfinished at a time; `slots` is read again whenever one ends and each
   * second. Leaving it by `break` takes nothing more and gives back what was not read: the deliveries in the reader's hands
   * stay its own to end. Aborting the signal ends the iteration without an error and gives back everything, also what is in hand.
   */
  consume(options: { readonly pools: readonly PoolName[]; readonly kind: JobKind; readonly slots: () => number }, signal: AbortSignal): AsyncIterable<Delivery>
  /** Removes every job that waits, and nothing else. */
  purge(): Promise<void>
  status(): Promise<QueueStatus>
  /** Oldest first, from the first one or from the one after the id. */
  deadLetters(limit: number, after?: string): Promise<readonly DeadLetter[]>
  /** Puts a dead letter back as a new publication of its job. `not-found` where it is gone. */
  replay(id: string): Promise<void>
  /** Request and reply. `handle` returns the reply's bytes; a thrown CodeForgeError travels with its code. */
  serve(subject: string, handle: (payload: unknown, signal: AbortSignal) => Promise<unknown>): Promise<AsyncDisposable>
  request(subject: string, payload: unknown, signal: AbortSignal): Promise<unknown>
  /** At most once, to whoever listens now. */
  broadcast(subject: string, payload: unknown): void
  /** Transient messages; a subject may end in `>`. Ends when the signal aborts. A reader that does not read loses the oldest beyond 1,000. */
  listen(subject: string, signal: AbortSignal): AsyncIterable<{ readonly subject: string; readonly payload: unknown }>
  /** Stops taking new jobs, waits for what is under way, flushes. */
  drain(): Promise<void>
}
export const queues = new PortRegistry<Queue>('queue')
