import { setTimeout as sleep } from 'node:timers/promises'
import { JetStreamApiError } from '@nats-io/jetstream'
import type { Link } from './link.ts'
import { deadStream, isStreamMissing, jobStream } from './streams.ts'
import type { Streams } from './streams.ts'

/** Milliseconds between looks. Frequent after a stream was made, when it may still lose its files; then each half minute. */
const pace: readonly number[] = [300, 700, 2_000, 5_000, 10_000]
const steadyMs = 30_000
/** A message that was taken between two questions is no sign of loss; the same one unreadable twice is. */
const secondLookMs = 200

/**
 * Finds streams whose files are gone. A stream made while its predecessor of the same name is still being deleted loses its
 * files to that deletion (seen with server 2.9.10): it confirms and counts messages, and delivers none. Such a stream
 * is deleted and made anew; core publishes its jobs again.
 */
export class StreamWatch {
  readonly #link: Link
  readonly #streams: Streams
  #timer: NodeJS.Timeout | undefined
  #looks = 0
  #closed = false

  constructor(link: Link, streams: Streams) {
    this.#link = link
    this.#streams = streams
    streams.onMade(() => this.#restart())
    this.#restart()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #restart(): void {
    this.#looks = 0
    this.#schedule()
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    // Cores that look at the same moment would repair the same stream twice.
    const waitMs = (pace[this.#looks] ?? steadyMs) * (1 + Math.random() / 4)
    this.#timer = setTimeout(() => void this.#look(), waitMs).unref()
  }

  async #look(): Promise<void> {
    this.#looks += 1
    try {
      if (this.#link.connected) for (const stream of [jobStream, deadStream]) await this.#repairIfHollow(stream)
    } catch {
      // The server is away or busy: the next look tells.
    }
    this.#schedule()
  }

  async #repairIfHollow(stream: string): Promise<void> {
    const lost = await this.#firstUnreadable(stream)
    if (lost === null) return
    await sleep(secondLookMs, undefined, { ref: false })
    if ((await this.#firstUnreadable(stream)) !== lost || this.#closed) return
    await this.#streams.dropBroken(stream)
    await this.#streams.remakeStreams()
  }

  /** Sequence of the oldest message if it is counted and cannot be read. */
  async #firstUnreadable(stream: string): Promise<number | null> {
    try {
      const { state } = await this.#streams.admin(({ streams }) => streams.info(stream))
      if (state.messages === 0) return null
      return (await this.#isReadable(stream, state.first_seq)) ? null : state.first_seq
    } catch (error) {
      if (isStreamMissing(error)) return null
      throw error
    }
  }

  #isReadable(stream: string, sequence: number): Promise<boolean> {
    return this.#streams.admin(async ({ streams }) => {
      try {
        return (await streams.getMessage(stream, { seq: sequence })) !== null
      } catch (error) {
        if (error instanceof JetStreamApiError && error.status === 404) return false
        throw error
      }
    })
  }
}
