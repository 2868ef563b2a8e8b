import { setTimeout as sleep } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { JobKind, PoolName } from '@codeforge/contracts/job'
import { everySubject, jobSubject } from '@codeforge/contracts/subjects'
import { AckPolicy, DeliverPolicy, DiscardPolicy, JetStreamApiError, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import type { ConsumerConfig, JetStreamManager, StreamConfig } from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import type { NatsConfig } from './config.ts'
import type { Link } from './link.ts'

export const jobStream = 'CODEFORGE_JOBS'
export const deadStream = 'CODEFORGE_DEAD'

const dedupMs = 120_000
const dayMs = 86_400_000
const settleMs = 200

/** JetStream's own numbers for the refusals that we understand. */
const streamNotFound = 10059
const nameInUse: readonly number[] = [10058, 10013, 10148]
const maximumPending = 1_000_000
const maximumPulls = 10_000

const jobStreamConfig = (config: NatsConfig) => ({
  name: jobStream, subjects: [everySubject.jobs], retention: RetentionPolicy.Workqueue, storage: StorageType.File,
  // A full queue refuses; dropping the oldest would lose jobs without a word.
  discard: DiscardPolicy.New, max_bytes: config.maxJobBytes, duplicate_window: nanos(dedupMs), num_replicas: config.replicas,
}) satisfies Partial<StreamConfig>

const deadStreamConfig = (config: NatsConfig) => ({
  name: deadStream, subjects: [everySubject.dead], retention: RetentionPolicy.Limits, storage: StorageType.File,
  discard: DiscardPolicy.Old, max_bytes: config.maxDeadLetterBytes, max_age: nanos(config.deadLetterDays * dayMs),
  duplicate_window: nanos(dedupMs), num_replicas: config.replicas,
}) satisfies Partial<StreamConfig>

/** The durable consumer of one pool and kind. */
export const consumerName = (pool: PoolName, kind: JobKind): string => `${pool}_${kind}`

/** Makes what is missing on the server, again and again if need be. */
export class Streams {
  readonly #link: Link
  readonly #config: NatsConfig
  #manager: Promise<JetStreamManager> | undefined
  #underWay: Promise<void> | undefined
  #onMade: () => void = () => undefined

  constructor(link: Link, config: NatsConfig) {
    this.#link = link
    this.#config = config
  }

  /** Told whenever the streams were made or found to be as they must. */
  onMade(listener: () => void): void {
    this.#onMade = listener
  }

  /** JetStream's administration, with its errors made ours. */
  async admin<Value>(use: (manager: JetStreamManager) => Promise<Value>): Promise<Value> {
    if (!this.#link.connected) throw new CodeForgeError('queue-unavailable', 'There is no connection to NATS.')
    this.#manager ??= jetstreamManager(this.#link.connection, { checkAPI: false, timeout: this.#config.confirmMs })
    try {
      return await use(await this.#manager)
    } catch (cause) {
      throw jetStreamError(cause)
    }
  }

  /** Both streams exist afterwards. A worker may not make them, and waits for core to do it. */
  ensureStreams(): Promise<void> {
    if (this.#config.identity === 'worker') return Promise.resolve()
    this.#underWay ??= this.#makeStreams().finally(() => (this.#underWay = undefined))
    return this.#underWay
  }

  /** Makes streams that have vanished, after giving the server time to finish deleting the old ones. `StreamWatch` finds out where that was not enough. */
  async remakeStreams(): Promise<void> {
    await sleep(settleMs)
    await this.ensureStreams()
  }

  /** Deletes a stream that cannot store anything any more. Nothing is lost with it: the store has every job. */
  async dropBroken(stream: string): Promise<void> {
    if (this.#config.identity === 'worker') return
    try {
      await this.admin(({ streams }) => streams.delete(stream))
    } catch (error) {
      if (!isStreamMissing(error)) throw error
    }
  }

  /** The consumer exists afterwards, and its stream. */
  async ensureConsumer(pool: PoolName, kind: JobKind): Promise<void> {
    try {
      await this.#makeConsumer(pool, kind)
    } catch (error) {
      if (!isStreamMissing(error)) throw error
      await this.remakeStreams()
      await this.#makeConsumer(pool, kind)
    }
  }

  async #makeStreams(): Promise<void> {
    await this.#makeStream(jobStreamConfig(this.#config))
    await this.#makeStream(deadStreamConfig(this.#config))
    this.#onMade()
  }

  #makeStream(config: ReturnType<typeof jobStreamConfig> | ReturnType<typeof deadStreamConfig>): Promise<unknown> {
    return this.admin(async ({ streams }) => {
      try {
        await streams.add(config)
      } catch (error) {
        if (!isNameInUse(error)) throw error
        await streams.update(config.name, config)
      }
    })
  }

  #makeConsumer(pool: PoolName, kind: JobKind): Promise<unknown> {
    const name = consumerName(pool, kind)
    const changeable = { ack_wait: nanos(this.#config.leaseMs), max_ack_pending: maximumPending, max_deliver: -1 }
    const config = {
      ...changeable, durable_name: name, filter_subject: jobSubject(pool, kind), ack_policy: AckPolicy.Explicit, deliver_policy: DeliverPolicy.All,
      // Every waiting worker holds one pull or two.
      max_waiting: maximumPulls,
    } satisfies Partial<ConsumerConfig>
    return this.admin(async ({ consumers }) => {
      try {
        await consumers.add(jobStream, config)
      } catch (error) {
        if (!isNameInUse(error)) throw error
        await consumers.update(jobStream, name, changeable)
      }
    })
  }
}

const isNameInUse = (error: unknown): boolean => error instanceof JetStreamApiError && nameInUse.includes(error.code)

/** Core tries again whatever JetStream refused: it may be starting, full, or in another's hands at this moment. */
function jetStreamError(cause: unknown): CodeForgeError {
  if (cause instanceof CodeForgeError) return cause
  const text = cause instanceof Error ? cause.message : String(cause)
  return cause instanceof JetStreamApiError
    ? new CodeForgeError('queue-unavailable', `JetStream refused: ${text}`, { cause, details: { jetStream: cause.code } })
    : new CodeForgeError('queue-unavailable', `JetStream does not answer: ${text}`, { cause })
}

/** True where JetStream says that the stream does not exist. */
export const isStreamMissing = (error: unknown): boolean => error instanceof CodeForgeError && error.details['jetStream'] === streamNotFound
