import { z } from 'zod'
import { type Clock, clocks } from '@codeforge/ports/clock'

/** Node's timers fire at once beyond this. */
const longestTimer = 2 ** 31 - 1

/** The machine's own clock. Its monotonic time stands still while the machine is suspended. */
export const systemClock = clocks.register({
  name: 'system',
  config: z.strictObject({}),
  async open(): Promise<Clock & AsyncDisposable> {
    return {
      now: () => new Date(),
      monotonic: () => performance.now(),
      async sleep(milliseconds, signal) {
        const until = performance.now() + milliseconds
        signal?.throwIfAborted()
        for (let rest = milliseconds; rest > 0; rest = until - performance.now()) await wait(Math.min(Math.ceil(rest), longestTimer), signal)
      },
      [Symbol.asyncDispose]: async () => {},
    }
  },
})

/** The timers of node:timers/promises make an error with a stack for each wait that ends early, as most do. */
function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
