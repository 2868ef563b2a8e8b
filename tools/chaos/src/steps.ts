import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { stepKinds } from './plan.ts'
import type { Moment, StepKind } from './plan.ts'

/** What a tool call or a gate told of itself: each was really executed, whatever the log says. */
export interface Effect {
  readonly kind: Exclude<StepKind, 'request'>
  readonly runId: string
  readonly attempt: number
  /** Of the call; of a gate `gate`. */
  readonly name: string
}

const Line = z.tuple([z.enum(stepKinds).exclude(['request']), z.string().regex(/^[0-9a-f-]{36}\.\d+$/), z.string()])

/** A step that does not go on until it is let go: whoever made it waits for its answer. */
export interface HeldStep extends Disposable {
  /** The step, once somebody has made it. */
  readonly reached: Promise<Effect>
  /** Resolves once whoever made it is gone: its connection is closed. */
  readonly gone: Promise<void>
  letGo(): void
}

interface Holding {
  readonly kind: Effect['kind']
  readonly name: string
  readonly reached: PromiseWithResolvers<Effect>
  readonly gone: PromiseWithResolvers<void>
  readonly open: PromiseWithResolvers<void>
}

/** Counts steps, hears of effects, and wakes who waits for a moment. */
export class Steps {
  #effects: Effect[] = []
  readonly #counts = new Map<StepKind, number>()
  readonly #waiting = new Set<{ readonly at: Moment; readonly wake: () => void }>()
  #holding: readonly Holding[] = []

  get effects(): readonly Effect[] {
    return this.#effects
  }

  /** Drops all but the last thousand effects: a soak has no use for them. */
  forget(): void {
    this.#effects = this.#effects.slice(-1000)
  }

  /** One more step; whoever waits for this one is woken after the milliseconds that it asked for. */
  count(kind: StepKind): void {
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    for (const waiting of this.#waiting) {
      if (waiting.at.of !== kind || waiting.at.count > count) continue
      this.#waiting.delete(waiting)
      setTimeout(waiting.wake, waiting.at.delayMs)
    }
  }

  /** Resolves when whoever made the step may go on; `gone` is when it cannot any more. */
  async tell(effect: Effect, gone: Promise<void> = Promise.race([])): Promise<void> {
    this.#effects.push(effect)
    this.count(effect.kind)
    const held = this.#holding.find(({ kind, name }) => kind === effect.kind && name === effect.name)
    if (!held) return
    this.#holding = this.#holding.filter((one) => one !== held)
    void gone.then(held.gone.resolve)
    held.reached.resolve(effect)
    await held.open.promise
  }

  /** Holds the next step of a kind by the name of its call, once. */
  hold(kind: Effect['kind'], name: string): HeldStep {
    const [reached, gone, open] = [Promise.withResolvers<Effect>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holding: Holding = { kind, name, reached, gone, open }
    this.#holding = [...this.#holding, holding]
    const letGo = (): void => {
      this.#holding = this.#holding.filter((one) => one !== holding)
      open.resolve()
    }
    return { reached: reached.promise, gone: gone.promise, letGo, [Symbol.dispose]: letGo }
  }

  /** Calls back at the moment; at once where it has passed. */
  at(moment: Moment, wake: () => void): void {
    if ((this.#counts.get(moment.of) ?? 0) >= moment.count) setTimeout(wake, moment.delayMs)
    else this.#waiting.add({ at: moment, wake })
  }
}

/** Where tools and gates tell what they do: a line each, answered by a line once it is counted. */
export interface StepServer extends AsyncDisposable {
  readonly port: number
}

/** Listens on a free port of 127.0.0.1. */
export async function stepServer(steps: Steps): Promise<StepServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    const gone = new Promise<void>((resolve) => socket.once('close', () => { resolve() }))
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    createInterface({ input: socket }).on('line', (line) => {
      const parsed = Line.safeParse(line.split(' '))
      if (!parsed.success) return
      const [kind, marker, name] = parsed.data
      const [runId = '', attempt] = marker.split('.')
      void steps.tell({ kind, runId, attempt: Number(attempt), name }, gone).then(() => socket.write('counted\n'))
    }).on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      sockets.forEach((socket) => { socket.destroy() })
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
