import { Agent, get } from 'node:http'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const everyMs = 15

/** Milliseconds that each of the answers of `/health` took while something went on: one question after the other over one connection. */
export async function healthTimes(url: string, meanwhile: () => Promise<void>): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const times: number[] = []
  let over = false
  const asking = (async () => {
    while (!over) {
      const began = performance.now()
      const [response] = await once(get(`${url}/health`, { agent }), 'response') as [IncomingMessage]
      response.resume()
      await once(response, 'end')
      times.push(performance.now() - began)
      await sleep(everyMs)
    }
  })()
  try {
    await meanwhile()
  } finally {
    over = true
    await asking
    agent.destroy()
  }
  return times
}
