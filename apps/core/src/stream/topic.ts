import type { EventEnvelope } from '@codeforge/contracts/event'
import type { Store } from '@codeforge/ports/store/store'

/** Events kept framed in memory for subscribers that are nearly caught up: so many, and so many characters. */
const ringLimits = { frames: 512, characters: 256 * 1024 } as const
const pageSize = 200

/** One event, framed once for everybody. */
export interface Frame {
  readonly sequence: number
  readonly text: string
}

/** The tail of one stream: reads each new event once, however many watch. */
export interface Topic {
  /** Last sequence known to be stored. */
  readonly latest: () => number
  /** Frames after a sequence, from memory or from the store; empty at the end. */
  after(sequence: number): Promise<readonly Frame[]>
  /** Reads what has been added, then calls the listeners. */
  refresh(): Promise<void>
  onGrowth(listener: () => void): () => void
  readonly watchers: () => number
}

export function openTopic(store: Pick<Store, 'events'>, stream: string): Topic {
  const ring: Frame[] = []
  let ringCharacters = 0
  const listeners = new Set<() => void>()
  let latest = -1
  let reading: Promise<void> | null = null
  let again = false

  const remember = (frames: readonly Frame[]): void => {
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
  return {
    latest: () => Math.max(0, latest),
    async after(sequence) {
      const first = ring[0]
      if (first && sequence >= first.sequence - 1) return ring.filter((one) => one.sequence > sequence)
      if (latest >= 0 && sequence >= latest) return []
      return (await store.events.read(stream, sequence, pageSize)).map(frame)
    },
    async refresh() {
      again = true
      reading ??= readNew().finally(() => { reading = null })
      await reading
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

function frame(event: EventEnvelope): Frame {
  return { sequence: event.sequence, text: JSON.stringify({ kind: 'event', event }) }
}
