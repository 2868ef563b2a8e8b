import { Worker } from 'node:worker_threads'
import { CodeForgeError, ErrorCode } from '@codeforge/contracts/error-code'
import type { CodeAnswer } from './answer.ts'
import type { CodeThreadReply, CodeThreadRequest, ThreadQuestion } from './code-thread.ts'

/** Milliseconds without a question after which the thread is ended and its memory given back. */
const idleMs = 300_000

interface Waiting {
  readonly resolve: (answer: CodeAnswer) => void
  readonly reject: (error: Error) => void
}

/** Asks a thread of this process, which is started with the first question and once more where it died. */
export class ThreadLink implements AsyncDisposable {
  readonly #storeDirectory: string
  readonly #waiting = new Map<number, Waiting>()
  #thread: Worker | null = null
  #last = 0
  #idle: NodeJS.Timeout | undefined

  constructor(storeDirectory: string) {
    this.#storeDirectory = storeDirectory
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
    const thread = new Worker(new URL('./code-thread.ts', import.meta.url), { workerData: { storeDirectory: this.#storeDirectory } })
    thread.unref()
    thread.on('message', (reply: CodeThreadReply) => {
      const waiting = this.#settle(reply.id)
      if (reply.kind === 'answered') waiting?.resolve(reply.answer)
      else waiting?.reject(new CodeForgeError(ErrorCode.safeParse(reply.code).data ?? 'internal', reply.message))
    })
    const died = (cause: unknown): void => {
      if (this.#thread === thread) this.#thread = null
      for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(new CodeForgeError('unavailable', 'The look at the repository broke off. Ask again.', { cause }))
    }
    thread.on('error', died)
    thread.on('exit', died)
    return thread
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }

  #rest(): void {
    if (this.#waiting.size > 0) return
    this.#idle = setTimeout(() => {
      const thread = this.#thread
      this.#thread = null
      void thread?.terminate()
    }, idleMs)
    this.#idle.unref()
  }
}
