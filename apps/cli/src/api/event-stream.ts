import { once } from 'node:events'
import { StreamMessage } from '@codeforge/contracts/api'
import type WebSocket from 'ws'
import { Unreachable } from './client.ts'
import type { ApiClient } from './client.ts'

/** Messages that may wait to be read before the server is held up. */
const mostWaiting = 1000

/** Messages of one stream after a sequence, then live; ends when the signal aborts, `Unreachable` when the connection breaks. */
export async function* streamMessages(
  { url, token }: Pick<ApiClient, 'url' | 'token'>, stream: string, after: number, signal: AbortSignal,
): AsyncGenerator<StreamMessage> {
  const { default: Socket } = await import('ws')
  const socket = new Socket(new URL('/api/v1/stream', url.replace(/^http/, 'ws')), {
    headers: { authorization: `Bearer ${token}` }, handshakeTimeout: 10_000,
  })
  const inbox = listen(socket, url)
  const stop = (): void => { socket.terminate() }
  signal.addEventListener('abort', stop, { once: true })
  try {
    await inbox.opened
    socket.send(JSON.stringify({ kind: 'subscribe', stream, after }))
    yield* inbox.messages(signal)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', stop)
    socket.terminate()
  }
}

function listen(socket: WebSocket, url: string) {
  const waiting: StreamMessage[] = []
  let wake = Promise.withResolvers<void>()
  let failure: Error | null = null
  const opened = once(socket, 'open').catch((error: unknown) => { throw new Unreachable(url, error) })
  socket.on('message', (data: Buffer) => {
    waiting.push(StreamMessage.parse(JSON.parse(data.toString('utf8'))))
    if (waiting.length > mostWaiting) socket.pause()
    wake.resolve()
  })
  socket.on('error', (error) => { failure ??= new Unreachable(url, error) })
  socket.on('close', () => {
    failure ??= new Unreachable(url, new Error('the connection was closed'))
    wake.resolve()
  })
  return {
    opened,
    async* messages(signal: AbortSignal): AsyncGenerator<StreamMessage> {
      while (!signal.aborted) {
        yield* waiting.splice(0)
        if (socket.isPaused) socket.resume()
        if (waiting.length > 0) continue
        if (failure) throw failure
        await wake.promise
        wake = Promise.withResolvers<void>()
      }
    },
  }
}
