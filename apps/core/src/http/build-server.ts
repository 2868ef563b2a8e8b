import type { Socket } from 'node:net'
import websocket from '@fastify/websocket'
import fastify from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify'
import { CodeForgeError, errorCatalogue } from '@codeforge/contracts/error-code'
import { RequestId } from '@codeforge/contracts/ids'
import { artifactRoutes } from '../artifacts/index.ts'
import { codeRoutes } from '../code/index.ts'
import { healthRoutes } from '../health/index.ts'
import { maintenanceRoutes } from '../maintenance/index.ts'
import { modeRoutes } from '../modes/index.ts'
import { policyRoutes } from '../policies/index.ts'
import { projectRoutes } from '../projects/index.ts'
import { questionRoutes } from '../questions/index.ts'
import { runRoutes } from '../runs/index.ts'
import { socketRoute, streamRoute } from '../stream/index.ts'
import type { StreamHub } from '../stream/index.ts'
import { taskRoutes } from '../tasks/index.ts'
import type { App, RouteContext } from './app.ts'
import { installAuth } from './auth.ts'
import type { Gatekeeper } from './auth.ts'
import { serveDashboard } from './dashboard.ts'
import { installDocs } from './docs.ts'
import { errorBody, errorHandler, toCodeForgeError } from './errors.ts'
import { rateLimit } from './rate-limit.ts'

/** Puts the HTTP side together; nothing listens yet. */
export async function buildServer(context: RouteContext, hub: StreamHub): Promise<{ readonly app: App; readonly gatekeeper: Gatekeeper }> {
  const { ports, config } = context
  const app = fastify({
    logger: false,
    bodyLimit: config.server.bodyLimit,
    requestIdHeader: false,
    genReqId: ({ headers: { 'x-request-id': given } }) => (given === undefined ? undefined : RequestId.safeParse(given).data) ?? ports.ids.next(),
    forceCloseConnections: true,
    // An address that cannot be decoded meets no route and no hook.
    frameworkErrors: (error, request, reply: FastifyReply) => {
      const refusal = toCodeForgeError(error)
      void reply.status(errorCatalogue[refusal.code].status).header('x-request-id', request.id).headers(securityHeaders).send(errorBody(refusal, request.id))
    },
    clientErrorHandler: refuseBrokenRequest,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    // Named here, so that Fastify does not load those of its own: a hundred files at each start. The type knows no others.
    schemaController: { compilersFactory: { buildValidator: () => validatorCompiler as never, buildSerializer: () => asJson } },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(asJson)
  app.setErrorHandler(errorHandler(ports))
  app.removeContentTypeParser('text/plain')
  app.addHook('onSend', (request, reply, payload, done) => {
    void reply.header('x-request-id', request.id).headers(securityHeaders)
    done(null, payload)
  })

  // Before anything looks at the token: who guesses is counted too.
  app.addHook('onRequest', rateLimit(ports, config.server.requestsPerMinute))
  app.addHook('onRequest', endAfterUpgrade)
  await installDocs(app, config)
  const gatekeeper = installAuth(app, ports, config)
  await app.register(async (api) => {
    for (const routes of [codeRoutes, projectRoutes, taskRoutes, runRoutes, questionRoutes, artifactRoutes, policyRoutes, modeRoutes, maintenanceRoutes]) {
      routes(api, context)
    }
    streamRoute(api, context, hub)
  }, { prefix: '/api/v1' })
  await app.register(async (api) => {
    // Around the one route that needs it: its hooks would cost every other answer a tenth of its time, and they upgrade whatever asks for it.
    await api.register(websocket, { options: { maxPayload: 64 * 1024 } })
    app.decorate('injectWS', api.injectWS)
    socketRoute(api, context, hub)
  }, { prefix: '/api/v1' })
  healthRoutes(app, context)
  await serveDashboard(app, config)
  app.setNotFoundHandler(async (request, reply) => {
    const error = new CodeForgeError('not-found', `There is nothing at ${request.method} ${request.url.slice(0, 200)}.`)
    return reply.status(404).send(errorBody(error, request.id))
  })
  return { app: app, gatekeeper }
}

/** Replies are built from typed values; validating each again would only cost time. */
const asJson = () => (value: unknown): string => JSON.stringify(value)

/** Node hands the socket of an upgrade over and hears no more of it: where a plain answer is all there is, nobody else would end it. */
function endAfterUpgrade({ headers, raw }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (headers.upgrade !== undefined) reply.raw.once('finish', () => raw.socket.destroySoon())
  done()
}

/** What is not even HTTP gets an answer in our shape, and the connection ends. */
function refuseBrokenRequest(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [status, code] = error.code === 'HPE_HEADER_OVERFLOW' ? ['413 Payload Too Large', 'payload-too-large' as const] : ['400 Bad Request', 'invalid-input' as const]
  const body = JSON.stringify(errorBody(new CodeForgeError(code, 'The request is not valid HTTP.'), 'none'))
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

const securityHeaders = {
  'content-security-policy': "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}
