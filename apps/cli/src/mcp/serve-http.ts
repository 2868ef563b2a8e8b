import { timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { CodeForgeError } from '@codeforge/contracts/error-code'
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
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== '/mcp') return refuse(response, 404, 'There is nothing here: MCP is at /mcp.')
    if (!knows(request, token)) return refuse(response, 401, 'Send the token of the data directory (its file `token`) as "Authorization: Bearer ...".')
    // The adapter's type does not say that absent properties may be undefined.
    void handle(request as Parameters<typeof handle>[0], response)
  })
  await listen(server, port)
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

/** Throws `invalid-input`, with what to do, where the port is not to be had. */
async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    const trouble = code === 'EACCES' ? 'may not be listened on by this user' : 'is in use'
    throw new CodeForgeError('invalid-input', `Port ${port} of 127.0.0.1 ${trouble}. Name another one, or 0 for any free one.`, { cause: error })
  })
}

/** As the SDK refuses: an error of JSON-RPC that belongs to no request. */
function refuse(response: ServerResponse, status: 401 | 404, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', ...(status === 401 && { 'www-authenticate': 'Bearer' }) })
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }))
}

function knows({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
