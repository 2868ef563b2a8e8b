import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Burst } from './http-load-thread.ts'

/** Whoever asks, in a thread of its own: what it costs is not the server's. */
export interface HttpLoad extends AsyncDisposable {
  /** Requests a second; every answer was a 200. */
  perSecond(burst: Burst): Promise<number>
}

export function openHttpLoad(): HttpLoad {
  const worker = new Worker(new URL('./http-load-thread.ts', import.meta.url))
  return {
    async perSecond(burst) {
      worker.postMessage(burst)
      const [{ took, error }] = await once(worker, 'message') as [{ readonly took?: number; readonly error?: string }]
      if (took === undefined) throw new Error(error)
      return (burst.requests / took) * 1000
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}

/** A GET as it goes over the wire. */
export function getRequest(path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}`)
  return [`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n')
}
