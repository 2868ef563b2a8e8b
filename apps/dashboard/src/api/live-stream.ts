import type { StreamMessage, StreamRequest } from '@codeforge/contracts/api'

export type ConnectionState = 'connecting' | 'open' | 'waiting'

/** The part of a WebSocket that is used. */
export interface Socket {
  send(text: string): void
  close(): void
}

export interface SocketListener {
  opened(): void
  received(text: string): void
  closed(): void
}

export interface LiveStreamPorts {
  open(listener: SocketListener): Socket
  /** Calls back after so many milliseconds; the result cancels. */
  later(callback: () => void, milliseconds: number): () => void
  onState(state: ConnectionState): void
  /** A connection could not be made; `tries` in a row. */
  onFailure(tries: number): void
}

export interface Subscription {
  /** Made anew for each connection, so that it goes on after what has been seen. */
  request(): StreamRequest
  receive(message: StreamMessage): void
  /** What ends it on the server; absent where the connection's end does. */
  readonly end?: StreamRequest
}

export interface LiveStream {
  subscribe(subscription: Subscription): () => void
  /** Connects at once instead of at the end of the pause. */
  hurry(): void
  /** Gives up a connection that may be dead without a word, as after a sleep, and makes a new one. */
  renew(): void
  close(): void
}

const firstPauseMs = 500
const longestPauseMs = 15_000

/** Milliseconds before the next try, after so many failed ones. */
export function pauseAfter(failures: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures, 10))
}

/** One connection for the whole page, made again for as long as the page lives. */
export function openLiveStream(ports: LiveStreamPorts): LiveStream {
  const subscriptions = new Set<Subscription>()
  let socket: Socket | null = null
  let isOpen = false
  let failures = 0
  let cancelPause = (): void => undefined
  let closed = false

  const say = (request: StreamRequest): void => {
    if (isOpen) socket?.send(JSON.stringify(request))
  }
  const connect = (): void => {
    cancelPause()
    if (closed || socket !== null) return
    ports.onState('connecting')
    socket = ports.open(listenAnew())
  }
  const opened = (): void => {
    isOpen = true
    failures = 0
    ports.onState('open')
    for (const subscription of subscriptions) say(subscription.request())
  }
  const received = (text: string): void => {
    for (const message of parse(text)) for (const subscription of subscriptions) subscription.receive(message)
  }
  const lost = (): void => {
    const wasOpen = isOpen
    socket = null
    isOpen = false
    if (closed) return
    if (!wasOpen) ports.onFailure(failures + 1)
    ports.onState('waiting')
    cancelPause = ports.later(connect, pauseAfter(failures++))
  }
  const listenAnew = latestOnly({ opened, received, closed: lost })
  connect()

  return {
    subscribe(subscription) {
      subscriptions.add(subscription)
      say(subscription.request())
      return () => {
        subscriptions.delete(subscription)
        // The server knows one subscription of a stream, however many parts of the page look at it.
        if (subscription.end && ![...subscriptions].some(({ end }) => isSame(end, subscription.end))) say(subscription.end)
      }
    },
    hurry: connect,
    renew() {
      listenAnew() // so that the old connection is not heard any more
      socket?.close()
      socket = null
      isOpen = false
      connect()
    },
    close() {
      closed = true
      cancelPause()
      socket?.close()
    },
  }
}

function isSame(one: StreamRequest | undefined, other: StreamRequest | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Hands out listeners of which only the latest is heard. */
function latestOnly(listener: SocketListener): () => SocketListener {
  let latest = 0
  return () => {
    const mine = ++latest
    return {
      opened: () => { if (mine === latest) listener.opened() },
      received: (text) => { if (mine === latest) listener.received(text) },
      closed: () => { if (mine === latest) listener.closed() },
    }
  }
}

/** The server is of this version and origin, so a message that has a kind is what its kind says. */
function parse(text: string): readonly StreamMessage[] {
  const message: unknown = JSON.parse(text)
  return typeof message === 'object' && message !== null && 'kind' in message ? [message as StreamMessage] : []
}
