import type { MessagePort } from 'node:worker_threads'
import { setTimeout as pause } from 'node:timers/promises'
import type { Semantic, SemanticSettings } from '@codeforge/context/semantic/settings'
import type { CodeThreadReply } from './code-thread.ts'
import { portsOver, type PortResult } from './port-calls.ts'

/** The other end of the ports that the process has: calls go out as messages, results come in as such. */
export interface ThreadSemantic {
  readonly semantic: Semantic
  /** What one call came to. */
  returned(id: number, result: PortResult): void
}

/** Search by meaning for a thread, over the port to its process. */
export function threadSemantic(settings: SemanticSettings, port: MessagePort): ThreadSemantic {
  const waiting = new Map<number, (result: PortResult) => void>()
  let last = 0
  const post = (message: CodeThreadReply): void => { port.postMessage(message) }
  const ports = portsOver(async (call, signal) => {
    const id = ++last
    const forget = (): void => {
      post({ kind: 'forget', id })
      waiting.get(id)?.({ ok: false, code: 'cancelled', message: 'It was cancelled.', details: {} })
    }
    signal?.addEventListener('abort', forget, { once: true })
    try {
      return await new Promise<PortResult>((resolve) => {
        waiting.set(id, resolve)
        post({ kind: 'call', id, call })
      })
    } finally {
      waiting.delete(id)
      signal?.removeEventListener('abort', forget)
    }
  })
  const clock = { monotonic: () => performance.now(), sleep: async (milliseconds: number, signal?: AbortSignal) => pause(milliseconds, undefined, { ...(signal && { signal }) }) }
  return { semantic: { ports: { ...ports, clock }, settings }, returned: (id, result) => waiting.get(id)?.(result) }
}
