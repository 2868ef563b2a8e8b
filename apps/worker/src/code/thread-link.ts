import { Worker } from 'node:worker_threads'
import type { SearchTuning } from '@codeforge/context/search/tuning'
import type { Semantic } from '@codeforge/context/semantic/settings'
import { CodeForgeError, ErrorCode } from '@codeforge/contracts/error-code'
import type { CodeAnswer } from './answer.ts'
import type { CodeThreadData, CodeThreadReply, CodeThreadRequest, ThreadQuestion } from './code-thread.ts'
import { performCall } from './port-calls.ts'

/** Milliseconds without a question after which the thread is ended and its memory given back. */
const idleMs = 300_000

export interface ThreadOptions {
  readonly storeDirectory: string
  /** Null: search by meaning is not configured. */
  readonly semantic: Semantic | null
  /** What holds where a question does not say. */
  readonly tuning: SearchTuning
}

interface Waiting {
  readonly resolve: (answer: CodeAnswer) => void
  readonly reject: (error: Error) => void
}

/** Asks a thread of this process, which is started with the first question and once more where it died. */
export class ThreadLink implements AsyncDisposable {
  readonly #options: ThreadOptions
  readonly #idleMs: number
  readonly #calls = new Map<number, AbortController>()
  readonly #waiting = new Map<number, Waiting>()
  #thread: Worker | null = null
  #last = 0
  #idle: NodeJS.Timeout | undefined

  constructor(options: ThreadOptions, endIdleMs = idleMs) {
    this.#options = options
    this.#idleMs = endIdleMs
  }

  async ask(question: ThreadQuestion, signal: AbortSignal): Promise<CodeAnswer> {
    signal.throwIfAborted()
    const thread = (this.#thread ??= this.#start())
    const id = ++this.#last
    const send = (message: CodeThreadRequest): void => { thread.postMessage(message) }
    const cancel = (): void => {
      send({ kind: 'cancel', id })
      this.#settle(id)?.reject(signal.reason instanceof Error ? signal.reason : new CodeForgeError('cancelled', 'It was cancelled.'))
    }
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return await new Promise<CodeAnswer>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject })
        clearTimeout(this.#idle)
        send({ kind: 'ask', id, ...question })
      })
    } finally {
      signal.removeEventListener('abort', cancel)
      this.#rest()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idle)
    await this.#thread?.terminate()
  }

  #start(): Worker {
    const { storeDirectory, semantic, tuning } = this.#options
    const data: CodeThreadData = { storeDirectory, semantic: semantic?.settings ?? null, tuning }
    const thread = new Worker(new URL('./code-thread.ts', import.meta.url), { workerData: data })
    thread.unref()
    thread.on('message', (reply: CodeThreadReply) => {
      if (reply.kind === 'call') return void this.#perform(thread, reply)
      if (reply.kind === 'forget') return this.#calls.get(reply.id)?.abort(new CodeForgeError('cancelled', 'Nobody waits for it any more.'))
      const waiting = this.#settle(reply.id)
      if (reply.kind === 'answered') waiting?.resolve(reply.answer)
      else waiting?.reject(new CodeForgeError(ErrorCode.safeParse(reply.code).data ?? 'internal', reply.message))
    })
    const died = (cause: unknown): void => {
      // One that died or was sent away before is told of late; what waits now waits for another.
      if (this.#thread !== thread) return
      this.#thread = null
      for (const call of this.#calls.values()) call.abort(new CodeForgeError('cancelled', 'The thread that asked is gone.'))
      for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(new CodeForgeError('unavailable', 'The look at the repository broke off. Ask again.', { cause }))
    }
    thread.on('error', died)
    thread.on('exit', died)
    return thread
  }

  /** Does for the thread what only the process can. While it asks it is not idle. */
  async #perform(thread: Worker, { id, call }: Extract<CodeThreadReply, { kind: 'call' }>): Promise<void> {
    const ending = new AbortController()
    this.#calls.set(id, ending)
    clearTimeout(this.#idle)
    const result = await performCall(this.#options.semantic?.ports ?? null, call, ending.signal)
    this.#calls.delete(id)
    const message: CodeThreadRequest = { kind: 'returned', id, result }
    thread.postMessage(message)
    this.#rest()
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }

  #rest(): void {
    clearTimeout(this.#idle)
    if (this.#waiting.size > 0 || this.#calls.size > 0) return
    this.#idle = setTimeout(() => {
      const thread = this.#thread
      this.#thread = null
      void thread?.terminate()
    }, this.#idleMs)
    this.#idle.unref()
  }
}
