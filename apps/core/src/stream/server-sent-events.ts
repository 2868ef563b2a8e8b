import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import type { Sink } from './subscription.ts'

/** A client that takes nothing for so long is let go; it comes back with `Last-Event-ID`. */
const blockedMs = 60_000
const pingMs = 25_000

/** A body of server-sent events: `sink` writes to it, `output` is what is sent. */
export function openServerSentEvents(): { readonly output: PassThrough; readonly sink: Sink } {
  const output = new PassThrough({ highWaterMark: 64 * 1024 })
  const ping = setInterval(() => {
    if (output.writableLength === 0) output.write(': ping\n\n')
  }, pingMs)
  output.once('close', () => { clearInterval(ping) })
  output.once('error', () => undefined)
  const sink: Sink = {
    async send(batch) {
      if (output.destroyed) return
      const taken = output.write(batch.eventText)
      if (!taken) await drained(output)
    },
    backlog: () => output.writableLength,
  }
  return { output, sink }
}

async function drained(output: PassThrough): Promise<void> {
  const done = new AbortController()
  const timer = setTimeout(() => { output.destroy() }, blockedMs)
  try {
    await Promise.race(['drain', 'close'].map(async (event) => once(output, event, { signal: done.signal }).catch(() => undefined)))
  } finally {
    clearTimeout(timer)
    done.abort()
  }
}
