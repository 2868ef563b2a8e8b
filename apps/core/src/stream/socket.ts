import type { Duplex } from 'node:stream'
import { StreamRequest } from '@codeforge/contracts/api'
import type { CorePorts } from '../ports.ts'
import type { WebSocket } from 'ws'
import { Batch } from './batch.ts'
import type { StreamHub } from './hub.ts'
import { follow, followRuns } from './subscription.ts'
import type { Sink } from './subscription.ts'

const mostSubscriptions = 200
/** Milliseconds that a client which took nothing has to find out why it is let go. */
const lastChanceMs = 5000
/** Answers to nonsense that may wait for a client; one that sends nonsense and does not read is let go. */
const mostBacklog = 1024 * 1024

const nonsense = Batch.of(JSON.stringify({ kind: 'error', code: 'invalid-input', message: 'Not a stream request, or too many of them.' }))

/** How often a client is looked at, in milliseconds. One that took nothing between two looks is let go; it comes back with `after`. */
export const usualLookMs = 25_000

/** What a client that took nothing is told, should it ever read again: come back and say where you are (`after`). */
const tooSlow = { code: 1013, reason: 'nothing was read for too long; subscribe again with `after`' } as const

/** Serves one WebSocket over its connection: any number of streams, each from where the client has it. */
export function serveSocket(socket: WebSocket, connection: Duplex, { log }: Pick<CorePorts, 'log'>, hub: StreamHub, lookMs = usualLookMs): void {
  const subscriptions = new Map<string, () => void>()
  const { sink, took } = socketSink(socket, connection)
  const fail = (error: unknown): void => {
    log.debug('stream ended', { error })
    socket.terminate()
  }
  const stop = (name: string): void => {
    subscriptions.get(name)?.()
    subscriptions.delete(name)
  }
  const start = (name: string, open: () => () => void): boolean => {
    stop(name)
    if (subscriptions.size >= mostSubscriptions) return false
    subscriptions.set(name, open())
    return true
  }
  const handle = (request: StreamRequest): boolean => {
    switch (request.kind) {
      case 'subscribe':
        return start(request.stream, () => follow(hub, request.stream, request.after, sink, fail))
      case 'subscribe-runs':
        return start('runs', () => followRuns(hub, request.projectId, sink, fail))
      case 'unsubscribe':
        stop(request.stream)
        return true
      default:
        return request satisfies never
    }
  }
  socket.on('message', (data: Buffer) => {
    const request = parse(data.toString('utf8'))
    if (request && handle(request)) return
    if (sink.backlog() > mostBacklog) socket.terminate()
    else sink.send(nonsense)?.catch(fail)
  })
  const stopAll = (): void => {
    for (const name of [...subscriptions.keys()]) stop(name)
  }
  const stopLooking = lookAfter(socket, took, lookMs, () => {
    log.info('a subscriber that read nothing was let go', { subscriptions: subscriptions.size, waitingBytes: sink.backlog() })
    stopAll() // nothing is read from the store for it any more
  })
  socket.on('error', fail)
  socket.on('close', () => {
    stopLooking()
    stopAll()
  })
}

/**
 * Frames go to the connection as they are, all of a batch in one write: the library would frame and write each for each client.
 * Nothing is allocated for a client that keeps up: no callback and no promise.
 */
function socketSink(socket: WebSocket, connection: Duplex): { readonly sink: Sink; readonly took: () => number } {
  let written = 0
  let room: PromiseWithResolvers<undefined> | null = null
  const hasRoom = (): void => {
    room?.resolve(undefined)
    room = null
  }
  connection.on('drain', hasRoom)
  connection.once('close', hasRoom)
  const sink: Sink = {
    send(batch) {
      // Nothing may follow a closing frame.
      if (socket.readyState !== socket.OPEN) return undefined
      written += batch.socketBytes.length
      if (connection.write(batch.socketBytes)) return undefined
      return (room ??= Promise.withResolvers<undefined>()).promise
    },
    backlog: () => connection.writableLength,
  }
  return { sink, took: () => written - connection.writableLength }
}

/** Ends a connection whose client is gone or takes nothing. */
function lookAfter(socket: WebSocket, took: () => number, lookMs: number, onLetGo: () => void): () => void {
  let before = -1
  let answered = true
  socket.on('pong', () => { answered = true })
  const timer = setInterval(() => {
    const stuck = socket.bufferedAmount > 0 && took() === before
    if (stuck || !answered) {
      clearInterval(timer)
      onLetGo()
      return letGo(socket)
    }
    before = took()
    answered = socket.bufferedAmount > 0 // a ping would wait behind what is on its way
    if (!answered) socket.ping()
  }, lookMs)
  return () => { clearInterval(timer) }
}

/** The closing frame waits behind what was not read; a client that reads on finds it, one that is gone does not keep the connection. */
function letGo(socket: WebSocket): void {
  socket.close(tooSlow.code, tooSlow.reason)
  setTimeout(() => { socket.terminate() }, lastChanceMs).unref()
}

function parse(text: string): StreamRequest | null {
  try {
    return StreamRequest.parse(JSON.parse(text))
  } catch {
    return null
  }
}
