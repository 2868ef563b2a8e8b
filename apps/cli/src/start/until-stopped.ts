import { interruption } from '../interruption.ts'
import type { Interruption } from '../interruption.ts'
import type { Terminal } from '../output/terminal.ts'

/** Milliseconds after which a process that was told to stop leaves, whatever it still waits for: fifteen seconds for its runs, and a reserve. */
const leaveMs = 25_000

/** A server's life: until somebody stops it. */
export interface Serving extends Interruption {
  /** Resolves when it is told to stop. */
  readonly stopped: Promise<void>
}

/**
 * Listens for whoever stops a server, and ends the process in time then. A database or a queue that swallows what is sent to it can hold
 * up any of the many things that come to a rest; leaving in the middle is what the next start has to be able to deal with in any case.
 */
export function untilStopped(terminal: Pick<Terminal, 'note'>): Serving {
  const { promise: stopped, resolve } = Promise.withResolvers<void>()
  const interrupted = interruption(() => {
    setTimeout(leave, leaveMs, terminal).unref() // not waited for where all comes to a rest before
    resolve()
  })
  return { signal: interrupted.signal, stopped, [Symbol.dispose]: () => { interrupted[Symbol.dispose]() } }
}

function leave(terminal: Pick<Terminal, 'note'>): never {
  terminal.note(`Not everything came to a rest within ${leaveMs / 1000} s; the next start takes up what is left.`)
  process.exit(1)
}
