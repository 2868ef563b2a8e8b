import { ApiError, errorOf, unreachable } from './api-error.ts'
import { writeKeys } from './write-keys.ts'

type Listener = () => void
const signedOut = new Set<Listener>()
const keys = writeKeys(newKey)

/** Calls the listener when the server says that this browser is not signed in. */
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener)
  return () => signedOut.delete(listener)
}

/** Reads JSON from a path below `/api/v1`. */
export async function readJson<Body>(path: string): Promise<Body> {
  return await (await send(path, {})).json() as Body
}

/** Reads a text, such as a patch, from a path below `/api/v1`. Null where there is none; at most `limit` characters. */
export async function readText(path: string, limit: number): Promise<string | null> {
  try {
    const text = await (await send(path, {})).text()
    return text.length > limit ? `${text.slice(0, limit)}\n… cut here; download it to see the rest` : text
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not-found') return null
    throw error
  }
}

/** Sends a command and reads its answer. The key makes a repetition harmless, by the network as well as by hand where no answer came. */
export async function writeJson<Body>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Body> {
  const json = body === undefined ? '' : JSON.stringify(body)
  const what = `${method} ${path} ${json}`
  const key = keys.keyOf(what)
  try {
    const response = await send(path, { method, headers: { 'idempotency-key': key, ...(json !== '' && { 'content-type': 'application/json' }) }, ...(json !== '' && { body: json }) })
    const text = await response.text().catch(() => { throw unreachable() })
    keys.answered(what)
    return (text === '' ? null : JSON.parse(text)) as Body
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unreachable') keys.unanswered(what, key)
    else keys.answered(what)
    throw error
  }
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, { credentials: 'same-origin', ...init })
  } catch {
    throw unreachable()
  }
  if (response.ok) return response
  if (response.status === 401) for (const listener of signedOut) listener()
  throw errorOf(response.status, await response.json().catch(() => null), response.headers.get('retry-after'))
}

function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
