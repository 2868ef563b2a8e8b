import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { ModelScript, type ScriptedReply, nextReply, scriptOfModel, scriptedModelName } from '@codeforge/contracts/model-script'
import { ChatRequest, messagesOf } from './chat-request.ts'
import { embeddingsReply } from './embeddings.ts'
import { Fault, type FaultInput } from './fault.ts'
import { chooseScript, sendFaultyJson, sendJson, sendReply } from './send-reply.ts'

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Parsed JSON, or null where there was none. */
  readonly body: unknown
  /** Tells connections apart. */
  readonly clientPort: number | undefined
  /** True once the client hung up before the reply was complete. */
  readonly hungUp: boolean
}

export interface ScriptedModelOptions {
  /** Served by the model's name `scripted/<name>`; a single one serves every model. */
  readonly scripts?: readonly (typeof ModelScript)['_zod']['input'][]
  /** Answers instead of a script. */
  readonly handler?: (request: ChatRequest) => Partial<ScriptedReply>
  /** Milliseconds before each reply. */
  readonly latencyMs?: number
  /** Holds a reply back until it resolves. */
  readonly hold?: (request: ChatRequest) => Promise<void>
  /** One per chat request in order (null: none); or asked for each, counted from 1. */
  readonly faults?: readonly (FaultInput | null)[] | ((count: number, request: ChatRequest) => FaultInput | null)
  /** The same for embeddings requests. */
  readonly embeddingFaults?: readonly (FaultInput | null)[] | ((count: number) => FaultInput | null)
  /** Sent with each reply as LiteLLM does: `x-litellm-response-cost`, in dollars. */
  readonly costUsd?: number
  /** Where given, a request without this key is refused with 401. */
  readonly apiKey?: string
  /** 0, the default, takes a free one. */
  readonly port?: number
}

export interface ScriptedModelServer extends AsyncDisposable {
  readonly port: number
  /** What a client takes as base URL; ends in `/v1`. */
  readonly url: string
  /** Every request so far, oldest first. */
  readonly requests: readonly RecordedRequest[]
}

/** Starts an OpenAI-compatible server on loopback that says what its script says, and fails as its faults say. */
export async function scriptedModelServer(options: ScriptedModelOptions): Promise<ScriptedModelServer> {
  const requests: RecordedRequest[] = []
  const scripts = (options.scripts ?? []).map((script) => ModelScript.parse(script))
  const closing = new AbortController()
  const answer = answerer(options, scripts, requests, closing.signal)
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.headersSent ? response.destroy() : sendJson(response, 500, { error: { message: String(error) } }))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the server closes'))
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve)) // a second time it calls back with an error, which says the same
    },
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

function answerer(options: ScriptedModelOptions, scripts: readonly ModelScript[], requests: RecordedRequest[], closing: AbortSignal): Answer {
  let [chats, embeddings] = [0, 0]
  const parsed = (fault: FaultInput | null | undefined): Fault | null => (fault ? Fault.parse(fault) : null)
  const nextFault = (request: ChatRequest): Fault | null => {
    chats += 1
    return parsed(typeof options.faults === 'function' ? options.faults(chats, request) : options.faults?.[chats - 1])
  }
  const nextEmbeddingFault = (): Fault | null => {
    embeddings += 1
    return parsed(typeof options.embeddingFaults === 'function' ? options.embeddingFaults(embeddings) : options.embeddingFaults?.[embeddings - 1])
  }
  return async (request, response) => {
    const { record, gone } = await take(request, response, requests)
    if (options.apiKey !== undefined && request.headers.authorization !== `Bearer ${options.apiKey}`) return refuse(response, 401, 'Incorrect API key provided', 'invalid_api_key')
    if (record.path === '/v1/models') return sendJson(response, 200, { object: 'list', data: scripts.map(({ name }) => ({ id: scriptedModelName(name), object: 'model' })) })
    const headers: Record<string, string> = options.costUsd === undefined ? {} : { 'x-litellm-response-cost': String(options.costUsd) }
    const pace = { headers, latencyMs: options.latencyMs ?? 0, gone: AbortSignal.any([gone, closing]) }
    if (record.path === '/v1/embeddings' && record.method === 'POST') return sendFaultyJson(response, embeddingsReply(record.body), { ...pace, fault: nextEmbeddingFault() })
    if (record.path !== '/v1/chat/completions' || record.method !== 'POST') return refuse(response, 404, 'no such path', null)
    const chat = ChatRequest.safeParse(record.body)
    if (!chat.success) return refuse(response, 400, chat.error.message, 'invalid_request')
    const fault = nextFault(chat.data)
    const reply = replyTo(chat.data, options, scripts)
    if (!reply) return refuse(response, 404, `The model '${chat.data.model}' does not exist`, 'model_not_found')
    await options.hold?.(chat.data)
    await sendReply(response, { request: chat.data, reply, fault, ...pace })
  }
}

function replyTo(request: ChatRequest, options: ScriptedModelOptions, scripts: readonly ModelScript[]): ScriptedReply | undefined {
  if (options.handler) return { text: '', reasoning: '', toolCalls: [], usage: null, ...options.handler(request) }
  const script = chooseScript(scripts, scriptOfModel(request.model))
  return script && nextReply(script, messagesOf(request))
}

/** Reads a request to its end and keeps it. */
async function take(request: IncomingMessage, response: ServerResponse, requests: RecordedRequest[]): Promise<{ record: RecordedRequest; gone: AbortSignal }> {
  const hangUp = new AbortController()
  const record = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, clientPort: request.socket.remotePort, body: null as unknown, hungUp: false }
  requests.push(record)
  response.once('close', () => {
    record.hungUp = !response.writableFinished
    hangUp.abort(new Error('the client hung up'))
  })
  record.body = jsonOf(await text(request))
  return { record, gone: hangUp.signal }
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return null
  }
}

function refuse(response: ServerResponse, status: number, message: string, code: string | null): void {
  sendJson(response, status, { error: { message, type: 'invalid_request_error', param: null, code } })
}
