import { createSignal } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { openLiveStream } from '../api/live-stream.ts'
import type { ConnectionState, LiveStream } from '../api/live-stream.ts'

/** Milliseconds between two ticks of a clock that is only there to notice that it stood still. */
const tickMs = 10_000
/** A clock that stood still for so long slept; a hidden tab's ticks once a minute. */
const asleepMs = 150_000

const [connection, setConnection] = createSignal<ConnectionState>('connecting')
let stream: LiveStream | null = null

/** State of the page's connection. */
export { connection }

/** The page's one connection, made when it is first wanted. */
export function liveStream(): LiveStream {
  if (stream) return stream
  const opened = openLiveStream({
    open(listener) {
      const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/stream`)
      socket.onopen = () => { listener.opened() }
      socket.onmessage = ({ data }) => { listener.received(String(data)) }
      socket.onclose = () => { listener.closed() }
      return socket
    },
    later: (callback, milliseconds) => {
      const timer = setTimeout(callback, milliseconds)
      return () => { clearTimeout(timer) }
    },
    onState: setConnection,
    // A refused connection does not say why; a plain request learns whether this browser is signed in.
    onFailure: () => { api.anything().catch(() => undefined) },
  })
  addEventListener('online', () => { opened.renew() })
  onWaking(() => { opened.renew() })
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') opened.hurry() })
  stream = opened
  return opened
}

/** Calls back when the machine or the tab slept: whoever was connected before does not learn that the other side is gone. */
function onWaking(woke: () => void): void {
  let tickedAt = Date.now()
  setInterval(() => {
    const slept = Date.now() - tickedAt > asleepMs
    tickedAt = Date.now()
    if (slept) woke()
  }, tickMs)
}
