import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** A wire between a client and a server of this machine that a test may cut. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** How many connections there were so far. */
  readonly connections: number
  /** Breaks what is connected and refuses what is new. */
  cut(): void
  /** Keeps what is connected and passes nothing on, as a network that swallows packets. */
  freeze(): void
  /** Passes everything on again; connections that were cut stay so. */
  mend(): void
}

/** Passes connections on to a port of 127.0.0.1. */
export async function tcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let connections = 0
  let state: 'open' | 'frozen' | 'cut' = 'open'
  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy()
    connections += 1
    const upstream = connect(target, '127.0.0.1')
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
      if (state === 'frozen') one.pause()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endAll = (): void => sockets.forEach((socket) => { socket.destroy() })
  return {
    port: (server.address() as AddressInfo).port,
    get connections() { return connections },
    cut() {
      state = 'cut'
      endAll()
    },
    freeze() {
      state = 'frozen'
      sockets.forEach((socket) => { socket.pause() })
    },
    mend() {
      state = 'open'
      sockets.forEach((socket) => { socket.resume() })
    },
    async [Symbol.asyncDispose]() {
      endAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
