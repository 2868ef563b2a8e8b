import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Redactor } from '@codeforge/contracts/secret'
import { type Refusal, invalidReply } from './errors.ts'
import { type Exchange, type Outgoing, type Transport, exchange } from './exchange.ts'
import type { EndpointOptions } from './options.ts'

/** Shorter than the five seconds after which uvicorn (LiteLLM, vLLM) closes a connection without a word. */
const keepAliveMs = 4_000
const longestRefusal = 64 * 1024

export interface Call extends Pick<Outgoing, 'method' | 'body'> {
  /** Below the base URL. */
  readonly path: string
  readonly requestId: string | null
}

/** An OpenAI-compatible endpoint; connections are kept between calls. */
export interface Connection extends AsyncDisposable {
  /** Takes keys and header values out of errors. */
  readonly redactor: Redactor
  send(call: Call, signal: AbortSignal): Promise<Exchange>
  /** The reply piece by piece; fails where it is larger than allowed. */
  read(open: Exchange): AsyncIterable<string>
  /** The whole reply. */
  readWhole(open: Exchange): Promise<string>
}

/** Opens a connection to an endpoint; nothing is sent before the first call. */
export async function openConnection(options: EndpointOptions): Promise<Connection> {
  const redactor = new Redactor([...(options.apiKey ? [options.apiKey] : []), ...Object.values(options.headers)])
  const transport: Transport = { ...(await protocolOf(new URL(options.baseUrl))), timeouts: options, redactor }
  const read = (open: Exchange): AsyncIterable<string> => limited(open, options.maxReplyBytes)
  return {
    redactor,
    send: async (call, signal) => exchange(transport, { ...call, url: new URL(options.baseUrl + call.path), headers: headersOf(options, call) }, signal),
    read,
    readWhole: async (open) => (await Array.fromAsync(read(open))).join(''),
    [Symbol.asyncDispose]: async () => transport.agent.destroy(),
  }
}

async function protocolOf({ protocol }: URL): Promise<Pick<Transport, 'request' | 'agent'>> {
  const settings = { keepAlive: true, timeout: keepAliveMs }
  if (protocol === 'http:') return { request: (url, options) => httpRequest(url, options), agent: new HttpAgent(settings) }
  const https = await import('node:https') // TLS is loaded only where it is used
  return { request: (url, options) => https.request(url, options), agent: new https.Agent(settings) }
}

function headersOf(options: EndpointOptions, call: Call): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(options.headers).map(([name, value]) => [name, value.reveal()])),
    'accept': 'text/event-stream, application/json',
    ...(call.body ? { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(call.body)) } : {}),
    ...(options.apiKey ? { authorization: `Bearer ${options.apiKey.reveal()}` } : {}),
    ...(options.organization ? { 'openai-organization': options.organization } : {}),
    ...(call.requestId ? { 'x-request-id': call.requestId } : {}),
  }
}

/** Whether the endpoint took the request. */
export function isGood({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300
}

/** What the endpoint refused with, cut to a bearable length. */
export async function refusalOf(open: Exchange): Promise<Refusal> {
  using refused = open
  let body = ''
  for await (const text of refused.text()) {
    body += text
    if (body.length > longestRefusal) break
  }
  return { status: refused.response.statusCode ?? 0, headers: refused.response.headers, body }
}

async function* limited(open: Exchange, mostBytes: number): AsyncIterable<string> {
  let size = 0
  for await (const text of open.text()) {
    size += Buffer.byteLength(text)
    if (size > mostBytes) throw invalidReply(`is larger than ${mostBytes} bytes.`)
    yield text
  }
}
