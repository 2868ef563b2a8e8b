import type { RecordReply } from '@codeforge/contracts/coordination'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Fact } from '@codeforge/contracts/fact'
import type { RunId, WorkerId } from '@codeforge/contracts/ids'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import type { Clock } from '@codeforge/ports/clock'
import type { Coordinator } from '@codeforge/ports/coordinator'
import type { Log } from '@codeforge/ports/log'
import { takeBatch, type Unit } from './batch.ts'
import { isFault } from './fault.ts'
import { FactKeeper, type Told } from './keeper.ts'
import { spentBy } from './spend.ts'
import { openSpool } from './spool.ts'

/** Facts that may wait for core before whoever observes more has to wait too. */
const mostWaiting = 500
/**
 * Milliseconds that facts wait for company, unless somebody waits for core: those of one turn then share a transaction, which
 * costs core as much for one fact as for four. Whoever watches the run sees them by so much later.
 */
const gatherFor = 5
/** Milliseconds until a refused batch is sent again: doubles from the first to the last. */
const retryDelays = { first: 50, last: 5000 } as const
/** Tries of one batch that core answers with a fault of its own: what it fails at, it would fail at for ever. */
const mostFaults = 20
/** Milliseconds that facts which the disk does not take may need to reach core; with core they are kept as well. */
const toCoreMs = 10_000

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

/** Facts that came at once, on their way into the spool. */
interface Incoming extends Told {
  /** Who waits until they are kept; null: nobody does. */
  readonly kept: PromiseWithResolvers<undefined> | null
}

/** What an attempt observed, in order, kept until core has it. Opened by `openOutbox`. */
export class FactOutbox implements AsyncDisposable {
  readonly #dependencies: FactOutboxDependencies
  readonly #options: FactOutboxOptions
  readonly #keeper: FactKeeper
  readonly #closing = new AbortController()
  #waiting: Unit[] = []
  #lost = false
  /** Nothing is sent any more: what comes is kept, for whoever sends what is left. */
  #givenUp = false
  #incoming: Incoming[] = []
  #writer: Promise<void> | null = null
  #unkept: { readonly error: unknown } | null = null
  #pump: Promise<void> | null = null
  /** Ends the wait for company. */
  #hurry: () => void = () => undefined
  /** How many wait for core. */
  #flushing = 0
  #watchers: (() => void)[] = []

  constructor(dependencies: FactOutboxDependencies, options: FactOutboxOptions, keeper: FactKeeper) {
    this.#dependencies = dependencies
    this.#options = options
    this.#keeper = keeper
  }

  /**
   * Takes facts in and waits until they are kept, with all before them; several at once reach core in one transaction. Waits where too
   * many wait already. Whatever has an effect outside comes after an `add`.
   */
  async add(...facts: readonly Fact[]): Promise<void> {
    const kept = Promise.withResolvers<undefined>()
    this.#takeIn({ at: this.#now(), facts, kept })
    await kept.promise
    await this.#until(() => this.#waiting.length < mostWaiting, this.#closing.signal)
  }

  /** Takes facts in without waiting: they are kept together with those of the next `add`, which also tells where that failed. */
  note(...facts: readonly Fact[]): void {
    this.#takeIn({ at: this.#now(), facts, kept: null })
  }

  /** Resolves when core has everything; fails with `lease-lost` where the attempt is no longer current. */
  async flush(signal: AbortSignal): Promise<void> {
    await this.#writer
    if (this.#unkept) throw this.#takeUnkept()
    this.#flushing += 1
    this.#hurry()
    try {
      await this.#until(() => this.#waiting.length === 0, signal)
    } finally {
      this.#flushing -= 1
    }
    if (this.#lost) throw new CodeForgeError('lease-lost', 'The attempt is no longer current.')
  }

  /** Stops sending. What core does not have yet stays in the spool, for whoever sends what is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer
    this.#closing.abort()
    this.#hurry()
    await this.#pump
    const gone = await this.#keeper.close({ unsent: this.#givenUp || this.#waiting.length > 0 })
    if (gone.length === 0) return
    const { runId, attempt } = this.#options
    this.#dependencies.log.error('facts are gone: neither the disk nor core took them', { runId, attempt, facts: gone.length, spentMicroUsd: spentBy(gone) })
  }

  #now(): string {
    return this.#dependencies.clock.now().toISOString()
  }

  #takeIn(incoming: Incoming): void {
    this.#incoming.push(incoming)
    this.#writer ??= this.#write()
  }

  /** What came while something was being written is written next, all at once. */
  async #write(): Promise<void> {
    await Promise.resolve() // what comes in the same breath goes along
    while (this.#incoming.length > 0) {
      const group = this.#incoming.splice(0)
      const waiting = group.flatMap(({ kept }) => kept ?? [])
      try {
        if (this.#unkept) throw this.#unkept.error
        await this.#keep(group)
        for (const { resolve } of waiting) resolve(undefined)
      } catch (error) {
        this.#unkept = waiting.length > 0 ? null : { error }
        for (const { reject } of waiting) reject(error)
      }
    }
    this.#writer = null
  }

  async #keep(group: readonly Incoming[]): Promise<void> {
    // Never while something is being put into it.
    if (this.#waiting.length === 0 && !this.#givenUp) await this.#keeper.settled()
    const { units, refused, unwritten } = await this.#keeper.keep(group, this.#closing.signal)
    if (!this.#givenUp && units.length > 0) {
      this.#waiting.push(...units)
      this.#pump ??= this.#send()
    }
    if (refused) throw refused.error
    if (unwritten) await this.#reachCore(unwritten.error)
  }

  /** Facts that found no room on the disk are kept once core has them; fails with what the disk said where core does not take them either. */
  async #reachCore(error: unknown): Promise<void> {
    const over = new AbortController()
    void this.#dependencies.clock.sleep(toCoreMs, over.signal).then(() => over.abort(error), () => undefined)
    this.#flushing += 1
    this.#hurry()
    try {
      await this.#until(() => this.#waiting.length === 0, AbortSignal.any([over.signal, this.#closing.signal]))
    } finally {
      this.#flushing -= 1
      over.abort(error)
    }
    if (this.#lost) throw error
  }

  #takeUnkept(): unknown {
    const error = this.#unkept?.error
    this.#unkept = null
    return error
  }

  async #send(): Promise<void> {
    let delay: number = retryDelays.first
    let faults = 0
    while (this.#waiting.length > 0 && !this.#closing.signal.aborted) {
      await this.#gather()
      try {
        await this.#sendBatch()
        delay = retryDelays.first
        faults = 0
      } catch (error) {
        faults = isFault(error) ? faults + 1 : 0
        if (faults === mostFaults) return this.#giveUp(error)
        this.#dependencies.log.warn('facts were not accepted yet', { runId: this.#options.runId, error })
        await this.#dependencies.clock.sleep(delay, this.#closing.signal).catch(() => undefined)
        delay = Math.min(delay * 2, retryDelays.last)
      }
    }
    this.#pump = null
    this.#notify()
  }

  /** Another attempt may do without what core fails at; this one has nothing more to say. What it spent is told when core has another attempt. */
  #giveUp(error: unknown): void {
    const { runId, attempt, onCommand } = this.#options
    const spentMicroUsd = spentBy(this.#waiting.flat())
    this.#dependencies.log.error('core fails at facts, and the attempt is given up; what it spent stays in the spool and is told later', { runId, attempt, spentMicroUsd, error })
    this.#waiting = []
    this.#lost = true
    this.#givenUp = true
    this.#pump = null
    this.#notify()
    onCommand('lost')
  }

  /** Waits a moment for more facts, unless somebody waits for core. */
  async #gather(): Promise<void> {
    if (this.#flushing > 0 || this.#closing.signal.aborted) return
    const enough = new AbortController()
    this.#hurry = () => enough.abort()
    await this.#dependencies.clock.sleep(gatherFor, enough.signal).catch(() => undefined)
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
  const spool = await openSpool(options.spoolDirectory, { runId, attempt, workerId })
  return new FactOutbox(dependencies, options, new FactKeeper(spool, dependencies.artifactStore))
}
