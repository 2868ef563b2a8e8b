import { Worker } from 'node:worker_threads'
import { failure, type TextRequest, type TextResult } from './read-texts.ts'
import type { WorkerBatch, WorkerStart } from './text-worker.ts'

/** Threads that read texts. One that hangs or dies is replaced, and the file it was at is named. */
export interface WorkerPool extends Disposable {
  /** Ends the threads that have nothing to do, which gives their memory back. */
  rest(): void
  /** Hands out the requests in batches; results come in any order, one for each request. Throws when cancelled. */
  run(
    task: WorkerBatch['task'],
    requests: readonly TextRequest[],
    onResults: (results: readonly TextResult[]) => void,
    signal: AbortSignal,
  ): Promise<void>
}

interface Thread {
  readonly worker: Worker
  readonly position: Int32Array<SharedArrayBuffer>
}

const batchSize = { scan: 64, parse: 16 } as const
const lookMs = 200
/** A thread on a busy machine may take seconds to load what it runs. */
const startMs = 60_000

/** A pool whose threads start with the first work and live until it is disposed of. */
export function createWorkerPool(size: number, start: Omit<WorkerStart, 'position'>): WorkerPool {
  const idle: Thread[] = []
  const all = new Set<Thread>()

  function take(): Thread {
    const thread = idle.pop()
    if (thread !== undefined) return thread
    const made = startThread(start)
    all.add(made)
    return made
  }

  function drop(thread: Thread): void {
    all.delete(thread)
    void thread.worker.terminate()
  }

  /** One after the other until there are none left. */
  async function serve(
    task: WorkerBatch['task'],
    queue: TextRequest[][],
    onResults: (results: readonly TextResult[]) => void,
    signal: AbortSignal,
  ): Promise<void> {
    let thread: Thread | undefined
    try {
      for (let batch = queue.pop(); batch !== undefined; batch = queue.pop()) {
        signal.throwIfAborted()
        thread ??= take()
        const { results, lostAt } = await runBatch(thread, { task, requests: batch }, start.limits.silenceMilliseconds, signal)
        onResults(results)
        if (lostAt < 0) continue
        drop(thread)
        thread = undefined
        // What came before it in the batch was lost with the thread.
        for (const rest of [batch.slice(lostAt + 1), batch.slice(0, lostAt)]) if (rest.length > 0) queue.push(rest)
      }
      if (thread !== undefined) idle.push(thread)
    } catch (error) {
      if (thread !== undefined) drop(thread)
      throw error
    }
  }

  return {
    run: async (task, requests, onResults, signal) => {
      const queue: TextRequest[][] = []
      for (let at = 0; at < requests.length; at += batchSize[task]) queue.push(requests.slice(at, at + batchSize[task]))
      queue.reverse()
      await Promise.all(Array.from({ length: Math.min(size, queue.length) }, () => serve(task, queue, onResults, signal)))
    },
    rest: () => {
      for (const thread of idle.splice(0)) drop(thread)
    },
    [Symbol.dispose]: () => {
      for (const thread of all) drop(thread)
      idle.length = 0
    },
  }
}

function startThread(start: Omit<WorkerStart, 'position'>): Thread {
  const position = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL('./text-worker.ts', import.meta.url), {
    workerData: { ...start, position },
    resourceLimits: { maxOldGenerationSizeMb: 384 },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {},
  })
  worker.unref()
  worker.on('error', () => {}) // an error of a thread that is being ended is nobody's
  return { worker, position }
}

interface BatchEnd {
  readonly results: readonly TextResult[]
  /** Place in the batch of the file that cost the thread its life, or -1. */
  readonly lostAt: number
}

/** Results of a batch; of a thread that hangs or dies, only what is said of the file that it was at. */
function runBatch({ worker, position }: Thread, batch: WorkerBatch, silenceMs: number, signal: AbortSignal): Promise<BatchEnd> {
  return new Promise((resolve, reject) => {
    let seen = -2
    let since = 0
    Atomics.store(position, 0, -1)
    worker.ref()
    const timer = setInterval(() => {
      const now = Atomics.load(position, 0)
      if (now !== seen) [seen, since] = [now, performance.now()]
      else if (performance.now() - since > (now < 0 ? startMs : silenceMs)) giveUp(`It kept a thread busy for more than ${silenceMs} ms.`)
    }, lookMs)
    const finish = (): void => {
      clearInterval(timer)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      signal.removeEventListener('abort', onAbort)
      worker.unref()
    }
    const onMessage = (results: readonly TextResult[]): void => {
      finish()
      resolve({ results, lostAt: -1 })
    }
    const giveUp = (reason: string): void => {
      finish()
      const lostAt = Atomics.load(position, 0)
      const request = batch.requests[lostAt]
      if (request === undefined) reject(new Error(`A thread of the index could not start: ${reason}`))
      else resolve({ results: [lost(request, batch.task, reason)], lostAt })
    }
    const onError = (error: Error): void => giveUp(`It ended a thread: ${error.message}`)
    const onExit = (): void => giveUp('It ended a thread.')
    const onAbort = (): void => {
      finish()
      reject(signal.reason as Error)
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    signal.addEventListener('abort', onAbort, { once: true })
    worker.postMessage(batch)
  })
}

/** A text that cost a thread its life is kept as one that its grammar cannot read. */
function lost({ path, hash, language }: TextRequest, task: WorkerBatch['task'], reason: string): TextResult {
  if (task === 'parse' && hash !== null) return failure(path, hash, language, reason)
  return { status: 'skipped', path, hash: null, reason, values: [] }
}
