import { LiveMessage } from '@codeforge/contracts/event'
import type { StreamName } from '@codeforge/contracts/event'
import { RunId } from '@codeforge/contracts/ids'
import { hintsOf } from '@codeforge/contracts/stream-hint'
import { everySubject } from '@codeforge/contracts/subjects'
import type { CorePorts } from '../ports.ts'
import { Batch } from './batch.ts'
import { openRunFeed } from './run-feed.ts'
import type { RunFeed } from './run-feed.ts'
import { openTopic } from './topic.ts'
import type { Topic } from './topic.ts'

/** Hints are sent at most once. So often every watched stream is looked at without one. */
const lookMs = 5000
const listenAgainMs = 1000

export interface StreamHub extends AsyncDisposable, Pick<RunFeed, 'onRun'> {
  /** The stream's topic; `release` when nobody needs it any more. */
  topic(stream: StreamName): { readonly topic: Topic; release(): void }
  /** Transient output of a run; what comes in one turn of the event loop comes as one batch. */
  onLive(runId: string, listener: (batch: Batch) => void): () => void
  /** Streams that somebody watches now. */
  readonly watched: () => number
}

/** Its payload is decoded when it is read. */
interface Heard {
  readonly subject: string
  readonly payload: unknown
}

type HubPorts = Pick<CorePorts, 'store' | 'queue' | 'clock' | 'log'>

/** Listens once to what core and workers broadcast, and hands it to however many watch. */
export function startStreamHub(ports: HubPorts): StreamHub {
  const stopping = new AbortController()
  const topics = openTopics(ports)
  const live = openLiveListeners()
  const runs = openRunFeed(ports, stopping.signal)
  const onHint = ({ subject, payload }: Heard): void => {
    for (const { stream } of hintsOf(subject, payload)) {
      const run = stream.startsWith('run.') ? RunId.safeParse(stream.slice('run.'.length)) : undefined
      if (run?.success) runs.changed(run.data)
      topics.refresh(stream)
    }
  }
  const look = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await ports.clock.sleep(lookMs, stopping.signal).catch(() => undefined)
      topics.refreshAll()
    }
  }
  const running = Promise.all([
    // What a hint says is looked at where somebody watches only: nobody misses anything, since hints are of what is stored already.
    listenOn(ports, everySubject.events, (message) => { if (topics.count() > 0 || runs.isWatched()) onHint(message) }, stopping.signal),
    listenOn(ports, everySubject.live, (message) => { if (live.isWatched()) live.tell(message.payload) }, stopping.signal),
    look(),
  ])
  return {
    topic: topics.open,
    watched: topics.count,
    onLive: live.on,
    onRun: runs.onRun,
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('core is stopping'))
      await running
    },
  }
}

/** Listens until the signal aborts, again where the queue stopped telling. */
async function listenOn({ queue, clock, log }: HubPorts, subject: string, heard: (message: Heard) => void, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      for await (const message of queue.listen(subject, stopping)) heard(message)
    } catch (error) {
      if (!stopping.aborted) log.warn('broadcasts were not heard, will listen again', { subject, error })
    }
    await clock.sleep(listenAgainMs, stopping).catch(() => undefined)
  }
}

function openTopics({ store, log }: Pick<HubPorts, 'store' | 'log'>) {
  const topics = new Map<string, { readonly topic: Topic; users: number }>()
  const refresh = (stream: string): void => {
    topics.get(stream)?.topic.refresh().catch((error: unknown) => { log.warn('a stream was not read', { stream, error }) })
  }
  return {
    refresh,
    refreshAll: () => { for (const stream of topics.keys()) refresh(stream) },
    count: () => topics.size,
    open(stream: StreamName) {
      const entry = topics.get(stream) ?? { topic: openTopic(store, stream), users: 0 }
      topics.set(stream, entry)
      entry.users += 1
      return {
        topic: entry.topic,
        release() {
          entry.users -= 1
          if (entry.users === 0) topics.delete(stream)
        },
      }
    },
  }
}

function openLiveListeners() {
  const live = new Map<string, Set<(batch: Batch) => void>>()
  const waiting = new Map<string, string[]>()
  const send = (): void => {
    for (const [runId, texts] of waiting) {
      const batch = Batch.of(...texts)
      for (const listener of live.get(runId) ?? []) listener(batch)
    }
    waiting.clear()
  }
  return {
    isWatched: () => live.size > 0,
    tell(payload: unknown) {
      const message = LiveMessage.safeParse(payload)
      if (!message.success || !live.has(message.data.runId)) return
      if (waiting.size === 0) setImmediate(send)
      const texts = waiting.get(message.data.runId) ?? []
      waiting.set(message.data.runId, texts)
      texts.push(JSON.stringify({ kind: 'live', message: message.data }))
    },
    on(runId: string, listener: (batch: Batch) => void) {
      const listeners = live.get(runId) ?? new Set()
      live.set(runId, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) live.delete(runId)
      }
    },
  }
}
