import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Clock } from '@codeforge/ports/clock'
import type { onRequestHookHandler } from 'fastify'

const windowMs = 60_000
/** More addresses than this are not told apart: the one that began longest ago is forgotten. */
const mostAddresses = 5000

interface Window {
  readonly endsAt: number
  asked: number
}

/**
 * Refuses whoever asks more often in a minute, which begins with an address's first request, and says after how many seconds to come back.
 * `/health` is not counted. Nothing here waits, since it runs for every request.
 */
export function rateLimit({ clock }: { readonly clock: Pick<Clock, 'monotonic'> }, perMinute: number): onRequestHookHandler {
  const windows = new Map<string, Window>()
  return ({ ip, routeOptions }, reply, done) => {
    if (routeOptions.url === '/health') return done()
    const now = clock.monotonic()
    const window = windowOf(windows, ip, now)
    window.asked += 1
    if (window.asked <= perMinute) return done()
    const seconds = Math.ceil((window.endsAt - now) / 1000)
    void reply.headers({ 'x-ratelimit-limit': perMinute, 'x-ratelimit-remaining': 0, 'x-ratelimit-reset': seconds, 'retry-after': seconds })
    done(new CodeForgeError('rate-limited', `More than ${perMinute} requests a minute; the next is heard in ${seconds} seconds.`))
  }
}

function windowOf(windows: Map<string, Window>, address: string, now: number): Window {
  const present = windows.get(address)
  if (present && present.endsAt > now) return present
  const begun = { endsAt: now + windowMs, asked: 0 }
  // A map keeps the order in which its keys came: what begins anew goes to the end.
  windows.delete(address)
  windows.set(address, begun)
  const [oldest] = windows.keys()
  if (oldest !== undefined && windows.size > mostAddresses) windows.delete(oldest)
  return begun
}
