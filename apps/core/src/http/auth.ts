import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { parseCookie, stringifySetCookie } from 'cookie'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'

const loginCodeLifeMs = 10 * 60_000
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]']

export interface Gatekeeper {
  /** A path that signs one browser in, once, within ten minutes. */
  loginPath(): string
}

/**
 * Lets in who shows the token, as a bearer or as the cookie that a one-time link sets. Host and Origin are checked on
 * every request, since any page in the user's browser and any agent on this host can reach a loopback port.
 */
export function installAuth(app: FastifyInstance, { clock }: Pick<CorePorts, 'clock'>, config: Pick<CoreConfig, 'server' | 'token'>): Gatekeeper {
  const cookieName = 'codeforge_session'
  const session = createHmac('sha256', config.token).update('browser session').digest('base64url')
  const codes = new Map<string, number>()
  const checkHost = hostCheck([...loopbackNames, config.server.host, ...config.server.allowedHosts])
  const isBearer = sameAs(`Bearer ${config.token}`)
  const isSession = sameAs(session)
  const isSignedIn = ({ headers: { cookie } }: FastifyRequest): boolean => cookie !== undefined && isSession(parseCookie(cookie)[cookieName])
  // By callback and not by promise: this runs for every request.
  app.addHook('onRequest', (request, _reply, done) => {
    try {
      checkHost(request)
      checkOrigin(request)
      const mayPass = isBearer(bearer(request)) || isOpen(request) || isSignedIn(request)
      done(mayPass ? undefined : new CodeForgeError('unauthorized', 'The request shows no valid token.'))
    } catch (error) {
      done(error as CodeForgeError)
    }
  })

  app.get<{ Querystring: { code?: string } }>('/login', { schema: { hide: true } }, async (request, reply) => {
    const expires = codes.get(request.query.code ?? '')
    codes.delete(request.query.code ?? '')
    if (expires === undefined || expires < clock.monotonic()) {
      throw new CodeForgeError('unauthorized', 'This link was used already or is too old. `codeforge open` makes a new one.')
    }
    const cookie = stringifySetCookie({ name: cookieName, value: session, path: '/', httpOnly: true, sameSite: 'strict', maxAge: 30 * 86_400 })
    return reply.header('set-cookie', cookie).redirect('/')
  })

  const loginPath = (): string => {
    const now = clock.monotonic()
    for (const [old, expires] of codes) if (expires < now) codes.delete(old)
    const code = randomBytes(24).toString('base64url')
    codes.set(code, now + loginCodeLifeMs)
    return `/login?code=${code}`
  }
  app.post('/api/v1/login-links', {
    schema: { tags: ['session'], description: 'A path that signs one browser in, once, within ten minutes.', response: { 201: z.strictObject({ path: z.string() }) } },
  }, async (_request, reply) => reply.status(201).send({ path: loginPath() }))
  return { loginPath }
}

/**
 * Whether it is up, the sign-in link and the page itself, which holds no data, may be read by anyone who reaches the port.
 * What counts is the route that was found, never the address as it was written: an address can be written in many ways.
 */
function isOpen({ method, routeOptions }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && !/^\/api(\/|$)/.test(routeOptions.url ?? '')
}

/** Refuses names that the server does not have. The last one that passed is remembered as it was written: clients change it rarely. */
function hostCheck(names: readonly string[]): (request: FastifyRequest) => void {
  const allowed = new Set(names.map((name) => name.toLowerCase()))
  let passed: string | undefined
  return ({ headers: { host = '' } }) => {
    if (host === passed) return
    const name = host.replace(/:\d+$/, '').toLowerCase()
    if (!allowed.has(name)) throw new CodeForgeError('forbidden', `The server is not known as '${name.slice(0, 100)}'.`)
    passed = host
  }
}

function checkOrigin({ headers, method }: FastifyRequest): void {
  const { origin, host } = headers
  if (origin !== undefined && !sameOrigin(origin, host)) throw new CodeForgeError('forbidden', 'The request comes from another page.')
  const site = headers['sec-fetch-site']
  const reads = method === 'GET' || method === 'HEAD'
  if (!reads && site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new CodeForgeError('forbidden', 'The request comes from another page.')
  }
}

function sameOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}

/** What the request shows, with the name of the scheme as we write it; it may be written in any case. */
function bearer({ headers: { authorization } }: FastifyRequest): string | undefined {
  return authorization?.startsWith('Bearer ') === false ? authorization.replace(/^bearer(?= )/i, 'Bearer') : authorization
}

/**
 * Compares in constant time: both texts fill the same number of bytes, with their lengths behind them, so that not even the length
 * tells. What does not fit is told from `wanted` by its length.
 */
function sameAs(wanted: string): (given: string | undefined) => boolean {
  const room = Math.max(256, 2 * Buffer.byteLength(wanted))
  const fill = (bytes: Buffer, text: string): Buffer => {
    bytes.fill(0, bytes.write(text, 0, room), room)
    bytes.writeUInt32LE(text.length, room)
    return bytes
  }
  const expected = fill(Buffer.alloc(room + 4), wanted)
  const shown = Buffer.alloc(room + 4)
  return (given) => given !== undefined && timingSafeEqual(fill(shown, given), expected)
}
