import type { StreamName } from '@codeforge/contracts/event'
import { Batch } from './batch.ts'
import type { StreamHub } from './hub.ts'

/** Where framed messages go: a WebSocket or an SSE response. */
export interface Sink {
  /** Nothing where the client can take more at once; otherwise resolves when it can. */
  send(batch: Batch): Promise<void> | undefined
  /** Bytes that wait for the client. Transient output is dropped above `liveLimit`. */
  backlog(): number
}

const liveLimit = 256 * 1024

const fromNowOn = Batch.of(JSON.stringify({ kind: 'caught-up', stream: 'runs', sequence: 0 }))

/** Sends everything of a stream after a sequence, then what is added, at the pace the client reads. */
export function follow(hub: StreamHub, stream: StreamName, after: number, sink: Sink, onError: (error: unknown) => void): () => void {
  const { topic, release } = hub.topic(stream)
  let sequence = after
  let caughtUp = false
  let stopped = false
  let pumping = false
  const sendNew = async (): Promise<void> => {
    for (;;) {
      const batch = topic.ready(sequence) ?? await topic.after(sequence)
      if (batch.frames.length === 0 || stopped) return
      const sent = sink.send(batch)
      if (sent) await sent
      sequence = batch.last(sequence)
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
          await sink.send(Batch.of(JSON.stringify({ kind: 'caught-up', stream, sequence })))
        }
      } while (!stopped && topic.latest() > sequence)
    } finally {
      pumping = false
    }
  }
  const stopGrowth = topic.onGrowth(() => { pump().catch(onError) })
  topic.refresh().catch(onError)
  const stopLive = stream.startsWith('run.')
    ? hub.onLive(stream.slice('run.'.length), (batch) => {
        if (caughtUp && sink.backlog() < liveLimit) sink.send(batch)?.catch(onError)
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

/**
 * Says from when on changes are told, then sends the summaries of runs as they change, of one project or of all. A client that
 * reads slowly gets the newest of each run.
 */
export function followRuns(hub: StreamHub, projectId: string | undefined, sink: Sink, onError: (error: unknown) => void): () => void {
  const waiting = new Map<string, Batch>()
  let pumping = false
  const pump = async (): Promise<void> => {
    if (pumping) return
    pumping = true
    try {
      for (const [id, batch] of waiting) {
        waiting.delete(id)
        await sink.send(batch)
      }
    } finally {
      pumping = false
    }
  }
  const stop = hub.onRun((id, ofProject, batch) => {
    if (projectId !== undefined && projectId !== ofProject) return
    waiting.set(id, batch)
    pump().catch(onError)
  })
  // A list that was read before now may be out of date; one that is read after this comes, is not.
  sink.send(fromNowOn)?.catch(onError)
  return stop
}
