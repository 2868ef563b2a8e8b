import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Redactor } from '@codeforge/contracts/secret'
import type { Llm, LlmPart, LlmRequest } from '@codeforge/ports/llm'
import { z } from 'zod'
import { type Dialect, firstDialect, learnDialect } from './dialect.ts'
import { invalidReply, messageIn, refusalError } from './errors.ts'
import { type Exchange, type Outgoing, type Transport, exchange } from './exchange.ts'
import type { OpenAiCompatibleOptions } from './options.ts'
import { Reply } from './reply.ts'
import { requestBody } from './request-body.ts'
import { eventsIn } from './server-sent-events.ts'

/** Shorter than the five seconds after which uvicorn (LiteLLM, vLLM) closes a connection without a word. */
const keepAliveMs = 4_000
const longestRefusal = 64 * 1024
const ModelList = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) })

/** Everything that a call needs of its endpoint. */
interface Endpoint {
  readonly options: OpenAiCompatibleOptions
  readonly transport: Transport
  readonly redactor: Redactor
  /** What has been learned of each model. */
  readonly dialects: Map<string, Dialect>
}

/** Opens an endpoint; nothing is sent before the first call. */
export async function openEndpoint(options: OpenAiCompatibleOptions): Promise<Llm & AsyncDisposable> {
  const redactor = new Redactor([...(options.apiKey ? [options.apiKey] : []), ...Object.values(options.headers)])
  const transport = { ...(await protocolOf(new URL(options.baseUrl))), timeouts: options, redactor }
  const endpoint: Endpoint = { options, transport, redactor, dialects: new Map() }
  return {
    complete: (request, signal) => complete(endpoint, request, signal),
    models: (signal) => models(endpoint, signal),
    [Symbol.asyncDispose]: async () => transport.agent.destroy(),
  }
}

async function protocolOf({ protocol }: URL): Promise<Pick<Transport, 'request' | 'agent'>> {
  const settings = { keepAlive: true, timeout: keepAliveMs }
  if (protocol === 'http:') return { request: (url, options) => httpRequest(url, options), agent: new HttpAgent(settings) }
  const https = await import('node:https') // TLS is loaded only where it is used
  return { request: (url, options) => https.request(url, options), agent: new https.Agent(settings) }
}

async function* complete(endpoint: Endpoint, request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmPart> {
  using open = await ask(endpoint, request, signal)
  const { headers } = open.response
  const streamed = headers['content-type']?.includes('json') !== true
  const reply = new Reply({ streamed, costHeader: headers['x-litellm-response-cost'], place: request.messages.length, redactor: endpoint.redactor })
  let done = false
  for await (const data of streamed ? eventsIn(limited(endpoint, open)) : [await whole(limited(endpoint, open))]) {
    done = data === '[DONE]'
    if (done) break
    yield* reply.take(data)
    signal.throwIfAborted() // parts that were already here must not outlive the signal
  }
  if (done) open.done()
  yield* reply.end(done)
}

/** Sends the request, once more for each thing that the endpoint turns out not to accept. */
async function ask(endpoint: Endpoint, request: LlmRequest, signal: AbortSignal): Promise<Exchange> {
  const { options, dialects } = endpoint
  for (;;) {
    const dialect = dialects.get(request.model) ?? firstDialect(options)
    const body = JSON.stringify(requestBody(request, dialect, options.promptCache))
    const open = await send(endpoint, { method: 'POST', path: '/chat/completions', body, requestId: request.requestId }, signal)
    if (isGood(open.response)) return open
    const refusal = await refusalOf(open)
    const learned = refusal.status === 400 || refusal.status === 422 ? learnDialect(dialect, options.outputLimitField !== 'auto', messageIn(refusal.body)) : null
    if (!learned) throw refusalError(refusal, endpoint.redactor, Date.now())
    dialects.set(request.model, learned)
  }
}

async function models(endpoint: Endpoint, signal: AbortSignal): Promise<readonly string[]> {
  using open = await send(endpoint, { method: 'GET', path: '/models', body: '', requestId: null }, signal)
  if (!isGood(open.response)) throw refusalError(await refusalOf(open), endpoint.redactor, Date.now())
  try {
    return ModelList.parse(JSON.parse(await whole(limited(endpoint, open)))).data.map(({ id }) => id)
  } catch (cause) {
    throw cause instanceof z.ZodError || cause instanceof SyntaxError ? invalidReply('is not a list of models.', cause) : cause
  }
}

function send({ options, transport }: Endpoint, call: Pick<Outgoing, 'method' | 'body'> & { path: string; requestId: string | null }, signal: AbortSignal): Promise<Exchange> {
  const headers: Record<string, string> = {
    ...Object.fromEntries(Object.entries(options.headers).map(([name, value]) => [name, value.reveal()])),
    'accept': 'text/event-stream, application/json',
    ...(call.body ? { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(call.body)) } : {}),
    ...(options.apiKey ? { authorization: `Bearer ${options.apiKey.reveal()}` } : {}),
    ...(options.organization ? { 'openai-organization': options.organization } : {}),
    ...(call.requestId ? { 'x-request-id': call.requestId } : {}),
  }
  return exchange(transport, { ...call, url: new URL(options.baseUrl + call.path), headers }, signal)
}

function isGood({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300
}

async function refusalOf(open: Exchange): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
  using refused = open
  let body = ''
  for await (const text of refused.text()) {
    body += text
    if (body.length > longestRefusal) break
  }
  return { status: refused.response.statusCode ?? 0, headers: refused.response.headers, body }
}

async function* limited({ options }: Endpoint, open: Exchange): AsyncIterable<string> {
  let size = 0
  for await (const text of open.text()) {
    size += Buffer.byteLength(text)
    if (size > options.maxReplyBytes) throw invalidReply(`is larger than ${options.maxReplyBytes} bytes.`)
    yield text
  }
}

async function whole(texts: AsyncIterable<string>): Promise<string> {
  return (await Array.fromAsync(texts)).join('')
}
