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
  delete(path: string): Promise<void>
  bytes(path: string): Promise<Uint8Array>
}

/** A client of the server at `url`, which knows `token`. */
export function apiClient(url: string, token: string): ApiClient {
  const send = async (method: string, path: string, { body, query, idempotencyKey }: RequestOptions = {}): Promise<Response> => {
    const target = new URL(path === '/health' ? path : `/api/v1${path}`, url)
    for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) target.searchParams.set(key, String(value))
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    }
    const response = await reach(target, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
    if (!response.ok) throw await refusal(response)
    return response
  }
  return {
    url,
    token,
    get: async (path, schema, options) => schema.parse(await (await send('GET', path, options)).json()),
    post: async (path, schema, options) => schema.parse(await (await send('POST', path, options)).json()),
    async delete(path) {
      await send('DELETE', path)
    },
    bytes: async (path) => new Uint8Array(await (await send('GET', path)).arrayBuffer()),
  }
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    throw new CodeForgeError('unavailable', `The CodeForge server at ${url.origin} does not answer.`, { cause: error })
  }
}

async function refusal(response: Response): Promise<CodeForgeError> {
  const text = await response.text()
  try {
    const { error } = ErrorBody.parse(JSON.parse(text))
    return new CodeForgeError(error.code, error.message, { details: error.details })
  } catch {
    return new CodeForgeError('internal', `The server answered ${response.status}: ${text.slice(0, 200)}`)
  }
}
