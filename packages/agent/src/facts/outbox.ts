import type { RecordReply } from '@codeforge/contracts/coordination'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Fact, OrdinalFact } from '@codeforge/contracts/fact'
import type { RunId, WorkerId } from '@codeforge/contracts/ids'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import type { Clock } from '@codeforge/ports/clock'
import type { Coordinator } from '@codeforge/ports/coordinator'
import type { Log } from '@codeforge/ports/log'
import { takeBatch, type Unit } from './batch.ts'
import { shrinkFact } from './shrink.ts'
import { openSpool, type Spool } from './spool.ts'

/** Facts that may wait for core before whoever observes more has to wait too. */
const mostWaiting = 500
/** Milliseconds until a refused batch is sent again: doubles from the first to the last. */
const retryDelays = { first: 50, last: 5000 } as const

export interface FactOutboxDependencies {
  readonly coordinator: Pick<Coordinator, 'record'>
  readonly artifactStore: ArtifactStore
  readonly clock: Clock
  readonly log: Log
}

export interface FactOutboxOptions {
  readonly runId: RunId
  readonly attempt: number
  readonly workerId: WorkerId
  readonly spoolDirectory: string
  /** Told what core answered, besides `go`. */
  onCommand(command: Exclude<RecordReply['command'], 'go'>): void
}

/** What an attempt observed, in order, kept until core has it. Opened by `openOutbox`. */
export class FactOutbox implements AsyncDisposable {
  readonly #dependencies: FactOutboxDependencies
  readonly #options: FactOutboxOptions
  readonly #spool: Spool
  readonly #closing = new AbortController()
  #waiting: Unit[] = []
  #ordinal = 0
  #lost = false
  #adding: Promise<void> = Promise.resolve()
  #pump: Promise<void> | null = null
  #watchers: (() => void)[] = []

  constructor(dependencies: FactOutboxDependencies, options: FactOutboxOptions, spool: Spool) {
    this.#dependencies = dependencies
    this.#options = options
    this.#spool = spool
  }

  /** Takes facts in; several at once reach core in one transaction. Waits where too many wait already. */
  add(...facts: readonly Fact[]): Promise<void> {
    const added = this.#adding.then(() => this.#take(facts))
    this.#adding = added.catch(() => undefined)
    return added
  }

  /** Resolves when core has everything; fails with `lease-lost` where the attempt is no longer current. */
  async flush(signal: AbortSignal): Promise<void> {
    await this.#adding
    await this.#until(() => this.#waiting.length === 0, signal)
    if (this.#lost) throw new CodeForgeError('lease-lost', 'The attempt is no longer current.')
  }

  /** Stops sending. What core does not have yet stays in the spool for the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#adding
    this.#closing.abort()
    await this.#pump
    await this.#spool.close({ remove: this.#waiting.length === 0 })
  }

  async #take(facts: readonly Fact[]): Promise<void> {
    const { artifactStore, clock } = this.#dependencies
    const at = clock.now().toISOString()
    const small = await Promise.all(facts.map((fact) => shrinkFact(fact, artifactStore, this.#closing.signal)))
    const ordinals: OrdinalFact[] = small.map((fact) => ({ ordinal: ++this.#ordinal, at, fact }))
    await this.#spool.append(ordinals)
    this.#waiting.push(ordinals)
    this.#pump ??= this.#send()
    await this.#until(() => this.#waiting.length < mostWaiting, this.#closing.signal)
  }

  async #send(): Promise<void> {
    let delay: number = retryDelays.first
    while (this.#waiting.length > 0 && !this.#closing.signal.aborted) {
      try {
        await this.#sendBatch()
        delay = retryDelays.first
        if (this.#waiting.length === 0) this.#settle()
      } catch (error) {
        this.#dependencies.log.warn('facts were not accepted yet', { runId: this.#options.runId, error })
        await this.#dependencies.clock.sleep(delay, this.#closing.signal).catch(() => undefined)
        delay = Math.min(delay * 2, retryDelays.last)
      }
    }
    this.#pump = null
    this.#notify()
  }

  /** In turn with what is being added, so that the spool is never emptied of a fact that was just put into it. */
  #settle(): void {
    this.#adding = this.#adding.then(() => (this.#waiting.length === 0 ? this.#spool.settled() : undefined)).catch(() => undefined)
  }

  async #sendBatch(): Promise<void> {
    const { runId, attempt, workerId, onCommand } = this.#options
    const batch = takeBatch(this.#waiting)
    const reply = await this.#dependencies.coordinator.record({ runId, attempt, workerId, facts: batch.flat() }, this.#closing.signal)
    this.#lost ||= reply.command === 'lost'
    // Of a lost attempt only spend is booked: each batch is sent once for its sake, and forgotten.
    this.#waiting = this.#lost
      ? this.#waiting.slice(batch.length)
      : this.#waiting.map((unit) => unit.filter(({ ordinal }) => ordinal > reply.accepted)).filter((unit) => unit.length > 0)
    this.#notify()
    if (reply.command !== 'go') onCommand(reply.command)
  }

  #until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    if (condition()) return Promise.resolve()
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    const check = (): void => {
      if (condition()) resolve(undefined)
    }
    this.#watchers.push(check)
    return promise.finally(() => {
      signal.removeEventListener('abort', abort)
      this.#watchers = this.#watchers.filter((watcher) => watcher !== check)
    })
  }

  #notify(): void {
    for (const watcher of this.#watchers) watcher()
  }
}

/** Opens the outbox of one attempt. */
export async function openOutbox(dependencies: FactOutboxDependencies, options: FactOutboxOptions): Promise<FactOutbox> {
  const { runId, attempt, workerId } = options
  return new FactOutbox(dependencies, options, await openSpool(options.spoolDirectory, { runId, attempt, workerId }))
}
