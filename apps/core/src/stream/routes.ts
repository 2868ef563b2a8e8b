import { StreamPosition } from '@codeforge/contracts/api'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { RunId } from '@codeforge/contracts/ids'
import { z } from 'zod'
import type { App, RouteContext } from '../http/index.ts'
import type { StreamHub } from './hub.ts'
import { openServerSentEvents } from './server-sent-events.ts'
import { serveSocket } from './socket.ts'
import { follow } from './subscription.ts'
import { openConnections } from './connections.ts'

/** Events as they happen, for pages, over a WebSocket; it resumes by sequence. */
export function socketRoute(app: App, { ports }: RouteContext, hub: StreamHub): void {
  const connections = openConnections(app.server)
  app.get('/stream', { websocket: true, schema: { hide: true } }, (socket, request) => { serveSocket(socket, connections.of(request.raw), ports, hub) })
}

/** Events as they happen, for scripts, as server-sent events; they resume by sequence. */
export function streamRoute(app: App, { ports }: RouteContext, hub: StreamHub): void {
  const schema = { tags: ['runs'], params: z.strictObject({ id: RunId }), querystring: StreamPosition }
  app.get('/runs/:id/stream', { schema }, async (request, reply) => {
    const { id } = request.params
    if (await ports.store.runs.get(id) === null) throw new CodeForgeError('not-found', `There is no run ${id}.`)
    const { output, sink } = openServerSentEvents()
    const seen = z.coerce.number().int().min(0).safeParse(request.headers['last-event-id'])
    output.write(`data: ${JSON.stringify({ kind: 'connected', runId: id })}\n\n`)
    const stop = follow(hub, `run.${id}`, seen.success ? seen.data : request.query.after, sink, () => output.destroy())
    output.once('close', stop)
    reply.raw.once('close', () => output.destroy())
    return reply.header('content-type', 'text/event-stream').header('cache-control', 'no-store').send(output)
  })
}
