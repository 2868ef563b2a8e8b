import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

/** A file that a program gets as a descriptor; `flags` as open(2) takes them. */
export interface Opened {
  readonly path: string
  readonly flags: number
}

export interface Program {
  readonly file: string
  readonly args: readonly string[]
  readonly directory: string
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>
  /** By their place: 0, 1, 2 and further ones; null is /dev/null. They are open in the program once `start` resolves. */
  readonly descriptors: readonly (Opened | null)[]
  /** It runs until it is told to end, and is no reason for this process to go on living. */
  readonly lasting?: boolean
}

/** A program under way, in a session and a process group of its own. */
export interface StartedProgram {
  readonly pid: number
  /** How it ended; where the process that started it died, as if it had been killed. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
}

type Message = { readonly id: number } & (
  | { readonly kind: 'started'; readonly pid: number }
  | { readonly kind: 'failed'; readonly message: string; readonly code?: string }
  | { readonly kind: 'ended'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
)

interface Awaited {
  readonly lasting: boolean
  running: boolean
  readonly started: PromiseWithResolvers<StartedProgram>
  readonly ended: PromiseWithResolvers<{ code: number | null; signal: NodeJS.Signals | null }>
}

const script = fileURLToPath(new URL('starter-process.cjs', import.meta.url))

/**
 * Starts programs from a small process of its own. To fork a process of some hundred megabytes stops it for 3 to 20 ms, and each
 * page that it writes to afterwards once more; a small one takes less than 1 ms.
 */
export class Starter {
  #process: ChildProcess | null = null
  #awaited = new Map<number, Awaited>()
  #count = 0

  /** Resolves when the program runs; fails with the error of the system where it cannot be started. */
  start(program: Program): Promise<StartedProgram> {
    const id = (this.#count += 1)
    const started = Promise.withResolvers<StartedProgram>()
    const ended = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>()
    ended.promise.catch(() => undefined) // told to whoever awaits `started`
    const child = (this.#process ??= this.#open())
    this.#awaited.set(id, { started, ended, lasting: program.lasting === true, running: false })
    this.#hold(child)
    child.stdin?.write(`${JSON.stringify({ id, ...program })}\n`)
    return started.promise
  }

  #open(): ChildProcess {
    const child = spawn(process.execPath, ['--max-semi-space-size=1', script], { stdio: ['pipe', 'pipe', 'ignore'], detached: true, env: {}, cwd: '/' })
    child.stdin.on('error', () => undefined) // its end is told by `exit`
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(child, JSON.parse(line) as Message))
    const lose = (): void => this.#lose(child)
    child.once('exit', lose)
    child.once('error', lose)
    return child
  }

  #hear(child: ChildProcess, message: Message): void {
    const awaited = this.#awaited.get(message.id)
    if (!awaited) return
    if (message.kind === 'started') {
      awaited.running = true
      awaited.started.resolve({ pid: message.pid, ended: awaited.ended.promise })
      if (awaited.lasting) this.#hold(child)
      return
    }
    this.#awaited.delete(message.id)
    if (message.kind === 'ended') awaited.ended.resolve({ code: message.code, signal: message.signal })
    else awaited.started.reject(Object.assign(new Error(message.message), { code: message.code }))
    this.#hold(child)
  }

  /** The next program gets a new process. */
  #lose(child: ChildProcess): void {
    if (this.#process !== child) return
    this.#process = null
    const lost = [...this.#awaited.values()]
    this.#awaited = new Map()
    for (const { started, ended } of lost) {
      started.reject(new Error('the process that starts programs ended'))
      ended.resolve({ code: null, signal: 'SIGKILL' })
    }
  }

  /** Only a program under way that will end by itself is a reason for this process to go on living. */
  #hold(child: ChildProcess): void {
    const streams = [child.stdin, child.stdout] as unknown as Socket[]
    const isAwaited = this.#awaited.values().some(({ lasting, running }) => !(lasting && running))
    for (const handle of [child, ...streams]) {
      if (isAwaited) handle.ref()
      else handle.unref()
    }
  }
}

/** The one of this process; it is started with the first program, and ends with this process. */
export const sharedStarter = new Starter()
