import type { StreamHub } from './hub.ts'

/** Where framed messages go: a WebSocket or an SSE response. */
export interface Sink {
  /** Resolves when the client can take more. */
  send(text: string): Promise<void>
  /** Bytes that wait for the client. Transient output is dropped above `liveLimit`. */
  backlog(): number
}

const liveLimit = 256 * 1024

/** Sends everything of a stream after a sequence, then what is added, at the pace the client reads. */
export function follow(hub: StreamHub, stream: string, after: number, sink: Sink, onError: (error: unknown) => void): () => void {
  const { topic, release } = hub.topic(stream)
  let sequence = after
  let caughtUp = false
  let stopped = false
  let pumping = false
  const pump = async (): Promise<void> => {
    if (pumping || stopped) return
    pumping = true
    try {
      for (;;) {
        const frames = await topic.after(sequence)
        if (frames.length === 0 || stopped) break
        for (const frame of frames) {
          if (stopped) return
          await sink.send(frame.text)
          sequence = frame.sequence
        }
      }
      if (!caughtUp && !stopped) {
        caughtUp = true
        await sink.send(JSON.stringify({ kind: 'caught-up', stream, sequence }))
      }
    } finally {
      pumping = false
    }
    if (topic.latest() > sequence) await pump()
  }
  const start = (): void => { pump().catch(onError) }
  const stopGrowth = topic.onGrowth(start)
  topic.refresh().catch(onError)
  const stopLive = stream.startsWith('run.')
    ? hub.onLive(stream.slice(4), (text) => {
        if (caughtUp && sink.backlog() < liveLimit) sink.send(text).catch(onError)
      })
    : () => undefined
  return () => {
    stopped = true
    stopGrowth()
    stopLive()
    release()
  }
}
