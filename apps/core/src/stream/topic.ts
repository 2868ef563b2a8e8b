import type { EventEnvelope } from '@codeforge/contracts/event'
import type { Store } from '@codeforge/ports/store/store'
import { Batch } from './batch.ts'
import type { Frame } from './batch.ts'

/** Events kept framed in memory for subscribers that are nearly caught up: so many, and so many characters. */
const ringLimits = { frames: 512, characters: 256 * 1024 } as const
const pageSize = 200

/** Characters that go out at once: what waits for a subscriber that does not read stays small. */
const batchCharacters = 256 * 1024
const nothing = new Batch([])

interface EventFrame extends Frame {
  readonly sequence: number
}

/** The tail of one stream: reads each new event once, however many watch. */
export interface Topic {
  /** Last sequence known to be stored. */
  readonly latest: () => number
  /** What follows a sequence, from memory or from the store, not all of it where it is much; empty at the end. The same batch for everybody who stands at the same place. */
  after(sequence: number): Promise<Batch>
  /** The same where it is in memory; null where it must be read. */
  ready(sequence: number): Batch | null
  /** Reads what has been added, then calls the listeners. */
  refresh(): Promise<void>
  onGrowth(listener: () => void): () => void
  readonly watchers: () => number
}

export function openTopic(store: Pick<Store, 'events'>, stream: string): Topic {
  const ring: EventFrame[] = []
  /** Batches out of the ring by the sequence that they follow, until it grows. */
  const shared = new Map<number, Batch>()
  let ringCharacters = 0
  const listeners = new Set<() => void>()
  let latest = -1
  let reading: Promise<void> | null = null
  let again = false

  const remember = (frames: readonly EventFrame[]): void => {
    if (frames.length > 0) shared.clear()
    ring.push(...frames)
    ringCharacters += charactersOf(frames)
    while (ring.length > ringLimits.frames || ringCharacters > ringLimits.characters) ringCharacters -= ring.shift()?.text.length ?? 0
    latest = frames.at(-1)?.sequence ?? latest
  }
  const readNew = async (): Promise<void> => {
    do {
      again = false
      if (latest < 0) latest = await store.events.lastSequence(stream)
      for (;;) {
        const page = await store.events.read(stream, latest, pageSize)
        remember(page.map(frame))
        if (page.length < pageSize) break
      }
    } while (again)
  }
  const ready = (sequence: number): Batch | null => {
    if (latest >= 0 && sequence >= latest) return nothing
    const first = ring[0]
    if (!first || sequence < first.sequence - 1) return null
    const batch = shared.get(sequence) ?? new Batch(firstOf(ring.filter((one) => one.sequence > sequence)))
    shared.set(sequence, batch)
    return batch
  }
  return {
    latest: () => Math.max(0, latest),
    ready,
    after: async (sequence) => ready(sequence) ?? new Batch(firstOf((await store.events.read(stream, sequence, pageSize)).map(frame))),
    async refresh() {
      again = true
      // Once more where that look was over, but not yet its end, when this one was asked for.
      while (again) await (reading ??= readNew().finally(() => { reading = null }))
      for (const listener of listeners) listener()
    },
    onGrowth(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    watchers: () => listeners.size,
  }
}

function charactersOf(frames: readonly Frame[]): number {
  return frames.reduce((sum, { text }) => sum + text.length, 0)
}

/** As many as go out at once, and at least one. */
function firstOf(frames: readonly EventFrame[]): readonly EventFrame[] {
  let characters = 0
  const end = frames.findIndex(({ text }, index) => (characters += text.length) > batchCharacters && index > 0)
  return end < 0 ? frames : frames.slice(0, end)
}

function frame(event: EventEnvelope): EventFrame {
  return { sequence: event.sequence, text: JSON.stringify({ kind: 'event', event }) }
}
