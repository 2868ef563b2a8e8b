import type { Job, JobKind, PoolName } from '@codeforge/contracts/job'
import { decodeJob, publicationId } from '@codeforge/contracts/job-message'
import { encodeMessage } from '@codeforge/contracts/queue-message'
import { jobSubject } from '@codeforge/contracts/subjects'
import { Consumption } from '@codeforge/ports/consumption'
import type { MessageEnds } from '@codeforge/ports/consumption'
import type { DeadLetters } from './dead-letters.ts'

export interface JobBoardLimits {
  /** How long a delivery may stay silent before the job is delivered again. */
  readonly leaseMs: number
  /** A job delivered more often goes to the dead letters. */
  readonly maxDeliveries: number
}

interface Message {
  readonly subject: string
  readonly payload: Uint8Array
  readonly publishedAt: number
  deliveries: number
  /** Runs while it is leased or delayed; null while it is ready. */
  timer: NodeJS.Timeout | null
  leased: boolean
}

interface Taker {
  readonly subjects: readonly string[]
  readonly consumption: Consumption
}

const dedupMs = 120_000
const recheckMs = 1_000

/** Jobs that wait, are leased, or are delayed, all in memory. */
export class JobBoard {
  readonly #limits: JobBoardLimits
  readonly #deadLetters: DeadLetters
  readonly #unfinished = new Set<Message>()
  readonly #ready = new Map<string, Message[]>()
  readonly #published = new Map<string, number>()
  readonly #takers = new Set<Taker>()
  #recheck: NodeJS.Timeout | undefined

  constructor(limits: JobBoardLimits, deadLetters: DeadLetters) {
    this.#limits = limits
    this.#deadLetters = deadLetters
  }

  publish(jobs: readonly Job[]): void {
    const now = performance.now()
    this.#forgetOld(now)
    const messages = jobs.map((job) => ({ id: publicationId(job), subject: jobSubject(job.pool, job.kind), payload: encodeMessage(job) }))
    for (const { id, subject, payload } of messages) {
      if (this.#published.has(id)) continue
      this.#published.set(id, now)
      const message: Message = { subject, payload, publishedAt: now, deliveries: 0, timer: null, leased: false }
      this.#unfinished.add(message)
      this.#readyOf(subject).push(message)
    }
    this.#dispatch()
  }

  consume(options: { readonly pools: readonly PoolName[]; readonly kind: JobKind; readonly slots: () => number }): Consumption {
    const consumption = new Consumption(options.slots)
    const taker = { subjects: options.pools.map((pool) => jobSubject(pool, options.kind)), consumption }
    consumption.connect(() => this.#dispatch(), async () => void this.#takers.delete(taker))
    this.#takers.add(taker)
    this.#dispatch()
    return consumption
  }

  purge(): void {
    for (const message of this.#unfinished) this.#remove(message)
    this.#ready.clear()
  }

  status(): { readonly pending: number; readonly inFlight: number; readonly oldestAgeMs: number | null } {
    const inFlight = [...this.#unfinished].filter((message) => message.leased).length
    const [oldest] = this.#unfinished
    return { pending: this.#unfinished.size - inFlight, inFlight, oldestAgeMs: oldest ? performance.now() - oldest.publishedAt : null }
  }

  close(): void {
    this.purge()
    clearTimeout(this.#recheck)
  }

  #readyOf(subject: string): Message[] {
    const ready = this.#ready.get(subject) ?? []
    this.#ready.set(subject, ready)
    return ready
  }

  #dispatch(): void {
    for (const taker of [...this.#takers]) {
      this.#serve(taker)
      // The next message goes to the taker that has waited longest.
      if (this.#takers.delete(taker)) this.#takers.add(taker)
    }
    this.#recheckLater()
  }

  #serve({ subjects, consumption }: Taker): void {
    for (const subject of subjects) {
      const ready = this.#readyOf(subject)
      while (ready.length > 0 && consumption.free() > 0) this.#deliver(ready.shift() as Message, consumption)
    }
  }

  #deliver(message: Message, consumption: Consumption): void {
    message.deliveries += 1
    if (message.deliveries > this.#limits.maxDeliveries) {
      return this.#bury(message, `Delivered ${this.#limits.maxDeliveries} times and never finished.`)
    }
    message.leased = true
    message.timer = setTimeout(() => this.#back(message, 0), this.#limits.leaseMs).unref()
    consumption.deliver(decodeJob(message.payload), message.deliveries, this.#endsOf(message, message.deliveries))
  }

  #endsOf(message: Message, lease: number): MessageEnds {
    const current = (): boolean => this.#unfinished.has(message) && message.leased && message.deliveries === lease
    return {
      ack: async () => this.#remove(message),
      retry: async (delayMs) => {
        if (current()) this.#back(message, delayMs)
      },
      reject: async (reason) => {
        if (this.#unfinished.has(message)) this.#bury(message, reason)
      },
      working: async () => {
        if (current()) message.timer?.refresh()
      },
    }
  }

  #back(message: Message, delayMs: number): void {
    if (message.timer) clearTimeout(message.timer)
    message.leased = false
    message.timer = delayMs > 0 ? setTimeout(() => this.#again(message), delayMs).unref() : null
    if (delayMs <= 0) this.#again(message)
  }

  #again(message: Message): void {
    message.timer = null
    this.#readyOf(message.subject).unshift(message)
    // Later, so that a consumer that gives back many at once is not served in between.
    queueMicrotask(() => this.#dispatch())
  }

  #bury(message: Message, reason: string): void {
    this.#remove(message)
    this.#deadLetters.add({ subject: message.subject, reason, payload: message.payload })
  }

  #remove(message: Message): void {
    if (message.timer) clearTimeout(message.timer)
    this.#unfinished.delete(message)
    const ready = this.#ready.get(message.subject)
    const place = ready?.indexOf(message) ?? -1
    if (place >= 0) ready?.splice(place, 1)
  }

  #forgetOld(now: number): void {
    for (const [id, at] of this.#published) {
      if (now - at < dedupMs) return
      this.#published.delete(id)
    }
  }

  /** Slots may grow without a job having ended. */
  #recheckLater(): void {
    clearTimeout(this.#recheck)
    if (this.#takers.size === 0 || [...this.#ready.values()].every((ready) => ready.length === 0)) return
    this.#recheck = setTimeout(() => this.#dispatch(), recheckMs).unref()
  }
}
