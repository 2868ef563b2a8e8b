import { Worker } from 'node:worker_threads'
import { cutBatches } from './cut-batches.ts'
import { failure, type TextRequest, type TextResult } from './read-texts.ts'
import type { Gatherer } from './gatherer.ts'
import type { TextTask, WorkerBatch, WorkerReply, WorkerStart } from './text-worker.ts'

/** Threads that read texts. One that hangs or dies is replaced, and the file it was at is named. */
export interface WorkerPool extends Disposable {
  /** Starts the threads, for work that is about to come. */
  wake(): void
  /** Ends the threads that have nothing to do, which gives their memory back. */
  rest(): void
  /** Hands out the requests in batches; results come in any order, one for each request. Throws when cancelled. */
  run(work: TextWork, signal: AbortSignal): Promise<void>
}

/** What is to be done with which texts. */
export interface TextWork {
  readonly task: TextTask
  readonly requests: readonly TextRequest[]
  readonly onResults: (results: readonly TextResult[]) => void
  /** What is to be made of them besides. Threads that gather for one gatherer never gather for another. */
  readonly gatherer?: Gatherer | undefined
  /** Whether nothing was ever kept of any text. */
  readonly empty?: boolean
}

interface Thread {
  readonly number: number
  readonly worker: Worker
  readonly position: Int32Array<SharedArrayBuffer>
}

const lookMs = 200
/** A thread on a busy machine may take seconds to load what it runs. */
const startMs = 60_000

/** The threads of a pool. */
class Threads {
  readonly all = new Set<Thread>()
  readonly idle: Thread[] = []
  readonly #start: Omit<WorkerStart, 'position'>
  #started = 0

  constructor(start: Omit<WorkerStart, 'position'>) {
    this.#start = start
  }

  take(): Thread {
    return this.idle.pop() ?? this.start()
  }

  start(): Thread {
    const made = makeThread(this.#start, (this.#started += 1))
    this.all.add(made)
    return made
  }

  drop(thread: Thread): void {
    this.all.delete(thread)
    void thread.worker.terminate()
  }

  /** Resolves when they have ended, and their memory is free. */
  async rest(): Promise<void> {
    const idle = this.idle.splice(0)
    for (const thread of idle) this.all.delete(thread)
    await Promise.all(idle.map(({ worker }) => worker.terminate()))
  }
}

/** A pool whose threads start with the first work and live until it is disposed of, or has gathered something. */
export function createWorkerPool(size: number, start: Omit<WorkerStart, 'position'>): WorkerPool {
  const threads = new Threads(start)
  const { silenceMilliseconds } = start.limits
  return {
    run: async (work, signal) => {
      const queue = cutBatches(work.task, work.requests, size).reverse()
      try {
        await Promise.all(
          Array.from({ length: Math.min(size, queue.length) }, () => serve(threads, work, queue, silenceMilliseconds, signal)),
        )
      } finally {
        // What they gathered with is of no use to other work, and what they know of words is memory that nobody needs now.
        if (work.gatherer !== undefined) await threads.rest()
      }
    },
    wake: () => {
      while (threads.all.size < size) threads.idle.push(threads.start())
    },
    rest: () => void threads.rest(),
    [Symbol.dispose]: () => {
      for (const thread of threads.all) threads.drop(thread)
      threads.idle.length = 0
    },
  }
}

/** One batch after the other until there are none left. */
async function serve(threads: Threads, work: TextWork, queue: TextRequest[][], silenceMs: number, signal: AbortSignal): Promise<void> {
  const { task, gatherer, empty = false, onResults } = work
  const gather = gatherer && { module: gatherer.module, exportName: gatherer.exportName }
  let thread: Thread | undefined
  const begin = (on: Thread) => {
    const requests = signal.aborted ? undefined : queue.pop()
    if (requests === undefined) return undefined
    const end = runBatch(on, { task, requests, gather, empty }, silenceMs, signal)
    end.catch(() => undefined) // nobody waits for one that is given up with its thread
    return { requests, end }
  }
  try {
    while (queue.length > 0) {
      signal.throwIfAborted()
      const used = (thread = threads.take())
      for (let batch = begin(used); batch !== undefined;) {
        const { requests } = batch
        const { results, gathered, lostAt } = await batch.end
        // The thread goes on while its results are seen to here.
        batch = lostAt < 0 ? begin(used) : undefined
        onResults(results)
        if (lostAt < 0) gatherer?.take({ thread: used.number, paths: pathsRead(results), value: gathered })
        else {
          threads.drop(used)
          thread = undefined
          // What came before it in the batch was lost with the thread.
          for (const rest of [requests.slice(lostAt + 1), requests.slice(0, lostAt)]) if (rest.length > 0) queue.push(rest)
        }
      }
      if (thread !== undefined) threads.idle.push(thread)
      thread = undefined
    }
  } catch (error) {
    if (thread !== undefined) threads.drop(thread)
    throw error
  }
}

function pathsRead(results: readonly TextResult[]): string[] {
  return results.flatMap(({ status, path }) => (status === 'read' ? [path] : []))
}

function makeThread(start: Omit<WorkerStart, 'position'>, number: number): Thread {
  const position = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL('./start-thread.mjs', import.meta.url), {
    workerData: { ...start, position },
    resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 8 },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {},
  })
  worker.unref()
  worker.on('error', () => {}) // an error of a thread that is being ended is nobody's
  return { number, worker, position }
}

interface BatchEnd {
  readonly results: readonly TextResult[]
  readonly gathered: unknown
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
    const onMessage = ({ results, gathered }: WorkerReply): void => {
      finish()
      resolve({ results, gathered, lostAt: -1 })
    }
    const giveUp = (reason: string): void => {
      finish()
      const lostAt = Atomics.load(position, 0)
      const request = batch.requests[lostAt]
      if (request === undefined) reject(new Error(`A thread of the index could not start: ${reason}`))
      else resolve({ results: [lost(request, batch.task, reason)], gathered: undefined, lostAt })
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
