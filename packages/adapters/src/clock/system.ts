import { z } from 'zod'
import { type Clock, clocks } from '@codeforge/ports/clock'

/** Node's timers fire at once beyond this. */
const longestTimer = 2 ** 31 - 1

/** The machine's own clock. Its monotonic time stands still while the machine is suspended. */
export const systemClock = clocks.register({
  name: 'system',
  config: z.strictObject({}),
  async open(): Promise<Clock & AsyncDisposable> {
    const timers = await import('node:timers/promises')
    return {
      now: () => new Date(),
      monotonic: () => performance.now(),
      async sleep(milliseconds, signal) {
        const until = performance.now() + milliseconds
        try {
          signal?.throwIfAborted()
          for (let rest = milliseconds; rest > 0; rest = until - performance.now()) {
            await timers.setTimeout(Math.min(Math.ceil(rest), longestTimer), undefined, signal ? { signal } : {})
          }
        } catch (error) {
          throw signal?.aborted ? signal.reason : error // timers reject with an AbortError of their own
        }
      },
      [Symbol.asyncDispose]: async () => {},
    }
  },
})
