import { Health } from '@codeforge/contracts/api'
import { CodeForgeError, ErrorBody } from '@codeforge/contracts/error-code'
import type { z } from 'zod'

export interface RequestOptions {
  readonly body?: unknown
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly idempotencyKey?: string
}

/** Talks to a CodeForge server. Refusals come as `CodeForgeError` with the server's code. */
export interface ApiClient {
  readonly url: string
  readonly token: string
  get<Schema extends z.ZodType>(path: string, schema: Schema, options?: RequestOptions): Promise<z.output<Schema>>
  post<Schema extends z.ZodType>(path: string, schema: Schema, options?: RequestOptions): Promise<z.output<Schema>>
  bytes(path: string): Promise<Uint8Array>
}

/** Whether a CodeForge server answers at `url`. Shows no token: what answers may be another program. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/health', url), { signal: AbortSignal.timeout(5000) })
    return response.ok && Health.safeParse(await response.json()).success
  } catch {
    return false
  }
}

/** The server could not be reached, or is about to leave: trying again, perhaps with another host, may help. */
export class Unreachable extends CodeForgeError {
  constructor(url: string, cause: unknown) {
    super('unavailable', `The CodeForge server at ${url} does not answer. Start it there, or correct the address.`, { cause })
  }
}

/** How long one request may take. */
const patienceMs = 120_000

/** A client of the server at `url`, which knows `token`. */
export function apiClient(url: string, token: string): ApiClient {
  const send = async (method: string, path: string, options: RequestOptions = {}): Promise<Response> => {
    const target = new URL(`/api/v1${path}`, url)
    for (const [key, value] of Object.entries(options.query ?? {})) if (value !== undefined) target.searchParams.set(key, String(value))
    const response = await reach(target, { method, ...payload(options, token), signal: AbortSignal.timeout(patienceMs) })
    if (!response.ok) throw await refusal(response, url)
    return response
  }
  return {
    url,
    token,
    get: async (path, schema, options) => understood(schema, await json(await send('GET', path, options), url), url),
    post: async (path, schema, options) => understood(schema, await json(await send('POST', path, options), url), url),
    bytes: async (path) => {
      const response = await send('GET', path)
      return new Uint8Array(await response.arrayBuffer().catch((error: unknown) => { throw new Unreachable(url, error) }))
    },
  }
}

function payload({ body, idempotencyKey }: RequestOptions, token: string): { headers: Record<string, string>, body?: string } {
  return {
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    throw new Unreachable(url.origin, error)
  }
}

async function json(response: Response, url: string): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    throw new Unreachable(url, error)
  }
}

function understood<Schema extends z.ZodType>(schema: Schema, answer: unknown, url: string): z.output<Schema> {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  throw new CodeForgeError('internal', `The server at ${url} answers in a way that this version does not know; it is likely of another version. Restart it.`, { cause: parsed.error })
}

async function refusal(response: Response, url: string): Promise<CodeForgeError> {
  const text = await response.text().catch(() => '')
  const body = ErrorBody.safeParse(parseJson(text))
  if (body.success) return new CodeForgeError(body.data.error.code, body.data.error.message, { details: body.data.error.details })
  // A server that shuts down refuses in the words of its framework.
  if (response.status === 503) return new Unreachable(url, new Error(text.slice(0, 200)))
  return new CodeForgeError('internal', `The server answered ${response.status}: ${text.slice(0, 200)}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
