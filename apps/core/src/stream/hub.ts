import { LiveMessage } from '@codeforge/contracts/event'
import { StreamHint } from '@codeforge/contracts/api'
import { everySubject } from '@codeforge/contracts/subjects'
import { RunId } from '@codeforge/contracts/ids'
import type { CorePorts } from '../ports.ts'
import { openTopic } from './topic.ts'
import type { Topic } from './topic.ts'

/** Changes of one run within this time become one message to the lists. */
const coalesceMs = 150

export interface StreamHub extends AsyncDisposable {
  /** The stream's topic; `release` when nobody needs it any more. */
  topic(stream: string): { readonly topic: Topic; release(): void }
  onLive(runId: string, listener: (text: string) => void): () => void
  /** Summaries of runs as they change, framed. */
  onRun(listener: (text: string, projectId: string) => void): () => void
}

/** Listens once to what core and workers broadcast, and hands it to however many watch. */
export function startStreamHub({ store, queue, clock, log }: Pick<CorePorts, 'store' | 'queue' | 'clock' | 'log'>): StreamHub {
  const stopping = new AbortController()
  const topics = new Map<string, { topic: Topic; users: number }>()
  const live = new Map<string, Set<(text: string) => void>>()
  const lists = new Set<(text: string, projectId: string) => void>()
  const changed = new Set<RunId>()

  const sendRuns = async (): Promise<void> => {
    await clock.sleep(coalesceMs, stopping.signal)
    const ids = [...changed]
    changed.clear()
    for (const id of ids) {
      const run = (await store.runs.get(id))?.view
      if (!run) continue
      const { tenant: _tenant, ...view } = run
      const text = JSON.stringify({ kind: 'run', run: view })
      for (const listener of lists) listener(text, run.projectId)
    }
  }
  const noteRun = (stream: string): void => {
    if (lists.size === 0 || !stream.startsWith('run.')) return
    if (changed.size === 0) void sendRuns().catch((error: unknown) => { log.warn('run summaries were not sent', { error }) })
    changed.add(RunId.parse(stream.slice(4)))
  }
  const followEvents = async (): Promise<void> => {
    for await (const { subject, payload } of queue.listen(everySubject.events, stopping.signal)) {
      if (!StreamHint.safeParse(payload).success) continue
      const stream = subject.slice('events.'.length)
      noteRun(stream)
      topics.get(stream)?.topic.refresh().catch((error: unknown) => { log.warn('stream was not read', { stream, error }) })
    }
  }
  const followLive = async (): Promise<void> => {
    for await (const { payload } of queue.listen(everySubject.live, stopping.signal)) {
      const message = LiveMessage.safeParse(payload)
      const listeners = message.success ? live.get(message.data.runId) : undefined
      if (!listeners) continue
      const text = JSON.stringify({ kind: 'live', message: message.data })
      for (const listener of listeners) listener(text)
    }
  }
  const running = Promise.allSettled([followEvents(), followLive()])

  return {
    topic(stream) {
      const entry = topics.get(stream) ?? { topic: openTopic(store, stream), users: 0 }
      topics.set(stream, entry)
      entry.users++
      return {
        topic: entry.topic,
        release() {
          if (--entry.users === 0) topics.delete(stream)
        },
      }
    },
    onLive(runId, listener) {
      const listeners = live.get(runId) ?? new Set()
      live.set(runId, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) live.delete(runId)
      }
    },
    onRun(listener) {
      lists.add(listener)
      return () => lists.delete(listener)
    },
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('core is stopping'))
      await running
    },
  }
}
