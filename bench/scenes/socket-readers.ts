import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** What the process with the readers is told: open so many, or say when each has got so many bytes more. */
export type ReaderOrder =
  | { readonly kind: 'open'; readonly port: number; readonly path: string; readonly authorization: string; readonly first: string | null; readonly count: number }
  | { readonly kind: 'expect'; readonly bytes: number }

/** Subscribers that count bytes and do nothing else, so that what is measured is the sender. */
const received: number[] = []
let awaited: { readonly bytes: number } | null = null

function look(): void {
  if (!awaited || received.some((bytes) => bytes < (awaited?.bytes ?? 0))) return
  for (const index of received.keys()) received[index] = (received[index] ?? 0) - awaited.bytes
  awaited = null
  process.send?.('done')
}

async function open({ port, path, authorization, first }: Extract<ReaderOrder, { kind: 'open' }>): Promise<void> {
  const socket: Socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const key = randomBytes(16).toString('base64')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${authorization}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`)
  await once(socket, 'data')
  if (first !== null) {
    const payload = Buffer.from(first)
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]))
    await once(socket, 'data')
  }
  const index = received.push(0) - 1
  socket.on('data', (chunk: Buffer) => {
    received[index] = (received[index] ?? 0) + chunk.length
    if (awaited && (received[index] ?? 0) >= awaited.bytes) look()
  })
}

process.on('message', (order: ReaderOrder) => {
  if (order.kind === 'expect') {
    awaited = order
    look()
    return
  }
  void (async () => {
    for (let number = 0; number < order.count; number += 1) await open(order)
    process.send?.('opened')
  })()
})
