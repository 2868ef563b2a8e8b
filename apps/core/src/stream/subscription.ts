import type { StreamName } from '@codeforge/contracts/event'
import type { StreamHub } from './hub.ts'

/** Where framed messages go: a WebSocket or an SSE response. */
export interface Sink {
  /** Resolves when the client can take more. `sequence`: the event's, for clients that resume by it. */
  send(text: string, sequence?: number): Promise<void>
  /** Bytes that wait for the client. Transient output is dropped above `liveLimit`. */
  backlog(): number
}

const liveLimit = 256 * 1024

/** Sends everything of a stream after a sequence, then what is added, at the pace the client reads. */
export function follow(hub: StreamHub, stream: StreamName, after: number, sink: Sink, onError: (error: unknown) => void): () => void {
  const { topic, release } = hub.topic(stream)
  let sequence = after
  let caughtUp = false
  let stopped = false
  let pumping = false
  const sendNew = async (): Promise<void> => {
    for (;;) {
      const frames = await topic.after(sequence)
      if (frames.length === 0) return
      for (const frame of frames) {
        if (stopped) return
        await sink.send(frame.text, frame.sequence)
        sequence = frame.sequence
      }
    }
  }
  const pump = async (): Promise<void> => {
    if (pumping || stopped) return
    pumping = true
    try {
      // Again where the stream grew while the last of it was on its way.
      do {
        await sendNew()
        if (!caughtUp && !stopped) {
          caughtUp = true
          await sink.send(JSON.stringify({ kind: 'caught-up', stream, sequence }))
        }
      } while (!stopped && topic.latest() > sequence)
    } finally {
      pumping = false
    }
  }
  const stopGrowth = topic.onGrowth(() => { pump().catch(onError) })
  topic.refresh().catch(onError)
  const stopLive = stream.startsWith('run.')
    ? hub.onLive(stream.slice('run.'.length), (text) => {
        if (caughtUp && sink.backlog() < liveLimit) sink.send(text).catch(onError)
      })
    : () => undefined
  return () => {
    if (stopped) return
    stopped = true
    stopGrowth()
    stopLive()
    release()
  }
}

/** Sends the summaries of runs as they change, of one project or of all. A client that reads slowly gets the newest of each run. */
export function followRuns(hub: StreamHub, projectId: string | undefined, sink: Sink, onError: (error: unknown) => void): () => void {
  const waiting = new Map<string, string>()
  let pumping = false
  const pump = async (): Promise<void> => {
    if (pumping) return
    pumping = true
    try {
      for (const [id, text] of waiting) {
        waiting.delete(id)
        await sink.send(text)
      }
    } finally {
      pumping = false
    }
  }
  return hub.onRun((id, ofProject, text) => {
    if (projectId !== undefined && projectId !== ofProject) return
    waiting.set(id, text)
    pump().catch(onError)
  })
}
