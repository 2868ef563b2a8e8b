import { StreamMessage } from '@codeforge/contracts/api'
import WebSocket from 'ws'
import type { ApiClient } from './client.ts'

/** Messages of one stream after a sequence, then live; ends when the signal aborts, throws when the connection breaks. */
export async function* streamMessages(
  { url, token }: Pick<ApiClient, 'url' | 'token'>, stream: string, after: number, signal: AbortSignal,
): AsyncGenerator<StreamMessage> {
  const socket = new WebSocket(new URL('/api/v1/stream', url.replace(/^http/, 'ws')), { headers: { authorization: `Bearer ${token}` } })
  const waiting: StreamMessage[] = []
  let wake = Promise.withResolvers<void>()
  let failure: Error | null = null
  const stop = (): void => { socket.close() }
  socket.on('open', () => { socket.send(JSON.stringify({ kind: 'subscribe', stream, after })) })
  socket.on('message', (data: Buffer) => {
    waiting.push(StreamMessage.parse(JSON.parse(data.toString('utf8'))))
    wake.resolve()
  })
  socket.on('error', (error) => { failure = error })
  socket.on('close', () => {
    failure ??= new Error('the connection was closed')
    wake.resolve()
  })
  signal.addEventListener('abort', stop, { once: true })
  try {
    while (!signal.aborted) {
      yield* waiting.splice(0)
      if (failure) throw failure as Error
      await wake.promise
      wake = Promise.withResolvers<void>()
    }
  } finally {
    signal.removeEventListener('abort', stop)
    socket.terminate()
  }
}
