import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** The connections beneath WebSockets, by the requests that opened them. */
export interface Connections {
  of(request: IncomingMessage): Duplex
}

/** Remembers the connection of each request that becomes a WebSocket. */
export function openConnections(server: Pick<Server, 'prependListener'>): Connections {
  const connections = new WeakMap<IncomingMessage, Duplex>()
  server.prependListener('upgrade', (request: IncomingMessage, connection: Duplex) => { connections.set(request, connection) })
  return { of: (request) => connections.get(request) ?? request.socket }
}
