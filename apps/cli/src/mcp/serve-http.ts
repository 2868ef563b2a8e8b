import { timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { McpServer } from '@modelcontextprotocol/server'

export interface McpOverHttp extends AsyncDisposable {
  readonly url: string
}

/**
 * Serves MCP over streamable HTTP on this machine only. Requests need the token, and pages of a browser are kept out by the
 * names of host and origin, as they are of the API.
 */
export async function serveHttp(build: () => McpServer, { port, token }: { readonly port: number; readonly token: string }): Promise<McpOverHttp> {
  const handler = createMcpHandler(build)
  const handle = toNodeHandler(handler)
  const [validHost, validOrigin] = [localhostHostValidation(), localhostOriginValidation()]
  const server = createServer((request, response) => {
    if (!validHost(request, response) || !validOrigin(request, response)) return
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== '/mcp') return void response.writeHead(404).end()
    if (!knows(request, token)) return void response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
    // The adapter's type does not say that absent properties may be undefined.
    void handle(request as Parameters<typeof handle>[0], response)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}/mcp`,
    async [Symbol.asyncDispose]() {
      await handler.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function knows({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
