import { PassThrough } from 'node:stream'
import { once } from 'node:events'
import { StreamRequest } from '@codeforge/contracts/api'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { StreamName } from '@codeforge/contracts/event'
import { RunId } from '@codeforge/contracts/ids'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { App, RouteContext } from '../http/index.ts'
import type { StreamHub } from './hub.ts'
import { follow } from './subscription.ts'
import type { Sink } from './subscription.ts'

/** A client that takes nothing for so long is let go; it comes back with `after`. */
const blockedMs = 60_000
const pingMs = 25_000
const most = { subscriptions: 200 }

/** Events as they happen: WebSocket for pages, SSE for scripts. Both resume by sequence. */
export function streamRoutes(app: App, context: RouteContext, hub: StreamHub): void {
  app.get('/stream', { websocket: true, schema: { hide: true } }, (socket) => { serveSocket(socket, context, hub) })

  const schema = {
    tags: ['runs'], params: z.strictObject({ id: RunId }), querystring: z.strictObject({ after: z.coerce.number().int().min(0).default(0) }),
  }
  app.get('/runs/:id/stream', { schema }, async (request, reply) => {
    const { id } = request.params
    if (await context.ports.store.runs.get(id) === null) throw new CodeForgeError('not-found', `There is no run ${id}.`)
    const output = new PassThrough({ highWaterMark: 64 * 1024 })
    const lastId = z.coerce.number().int().min(0).safeParse(request.headers['last-event-id'])
    output.write(`data: ${JSON.stringify({ kind: 'connected', runId: id })}\n\n`)
    const stop = follow(hub, `run.${id}`, lastId.success ? lastId.data : request.query.after, sseSink(output), () => output.destroy())
    const ping = setInterval(() => output.write(': ping\n\n'), pingMs)
    output.once('close', () => {
      clearInterval(ping)
      stop()
    })
    request.raw.once('close', () => output.destroy())
    return reply.header('content-type', 'text/event-stream').header('cache-control', 'no-store').send(output)
  })
}

function sseSink(output: PassThrough): Sink {
  return {
    async send(text) {
      const sequence = /^\{"kind":"event".*?"sequence":(\d+)/s.exec(text.slice(0, 400))?.[1]
      const written = output.write(`${sequence === undefined ? '' : `id: ${sequence}\n`}data: ${text}\n\n`)
      if (!written && !output.destroyed) await Promise.race([once(output, 'drain'), once(output, 'close')])
    },
    backlog: () => output.writableLength,
  }
}

function socketSink(socket: WebSocket): Sink {
  return {
    send: async (text) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => { socket.terminate() }, blockedMs)
      socket.send(text, (error) => {
        clearTimeout(timer)
        if (error) reject(error)
        else resolve()
      })
    }),
    backlog: () => socket.bufferedAmount,
  }
}

function serveSocket(socket: WebSocket, { ports }: RouteContext, hub: StreamHub): void {
  const sink = socketSink(socket)
  const subscriptions = new Map<string, () => void>()
  const ping = setInterval(() => { socket.ping() }, pingMs)
  const fail = (error: unknown): void => {
    ports.log.debug('stream ended', { error })
    socket.terminate()
  }
  const replace = (name: string, stop: () => void): void => {
    subscriptions.get(name)?.()
    subscriptions.set(name, stop)
  }
  socket.on('message', (data: Buffer) => {
    const request = parse(data.toString('utf8'))
    if (!request || subscriptions.size >= most.subscriptions) {
      void sink.send(JSON.stringify({ kind: 'error', code: 'invalid-input', message: 'Not a stream request, or too many of them.' })).catch(fail)
      return
    }
    if (request.kind === 'subscribe') replace(request.stream, follow(hub, request.stream, request.after, sink, fail))
    else if (request.kind === 'subscribe-runs') {
      replace('runs', hub.onRun((text, projectId) => {
        if (request.projectId === undefined || request.projectId === projectId) sink.send(text).catch(fail)
      }))
    } else replace(request.stream, () => undefined)
  })
  socket.on('error', fail)
  socket.on('close', () => {
    clearInterval(ping)
    for (const stop of subscriptions.values()) stop()
  })
}

function parse(text: string): StreamRequest | null {
  try {
    const request = StreamRequest.parse(JSON.parse(text))
    if (request.kind !== 'subscribe-runs') StreamName.parse(request.stream)
    return request
  } catch {
    return null
  }
}
