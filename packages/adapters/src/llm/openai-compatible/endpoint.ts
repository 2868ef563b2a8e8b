import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Llm, LlmPart, LlmRequest } from '@codeforge/ports/llm'
import { z } from 'zod'
import { type Connection, isGood, openConnection, refusalOf } from '../../http/connection.ts'
import { invalidReply, messageIn, refusalError } from '../../http/errors.ts'
import type { Exchange } from '../../http/exchange.ts'
import { type Dialect, firstDialect, learnDialect } from './dialect.ts'
import type { OpenAiCompatibleOptions } from './options.ts'
import { Reply } from './reply.ts'
import { requestBody } from './request-body.ts'
import { eventsIn } from './server-sent-events.ts'

const ModelList = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) })

/** Everything that a call needs of its endpoint. */
interface Endpoint {
  readonly options: OpenAiCompatibleOptions
  readonly connection: Connection
  /** What has been learned of each model. */
  readonly dialects: Map<string, Dialect>
}

/** Opens an endpoint; nothing is sent before the first call. */
export async function openEndpoint(options: OpenAiCompatibleOptions): Promise<Llm & AsyncDisposable> {
  const connection = await openConnection(options)
  const endpoint: Endpoint = { options, connection, dialects: new Map() }
  return {
    complete: (request, signal) => complete(endpoint, request, signal),
    models: (signal) => models(endpoint, signal),
    [Symbol.asyncDispose]: async () => connection[Symbol.asyncDispose](),
  }
}

async function* complete(endpoint: Endpoint, request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmPart> {
  using open = await ask(endpoint, request, signal)
  const { connection } = endpoint
  const { headers } = open.response
  const kind = headers['content-type'] ?? ''
  if (kind.includes('html')) throw new CodeForgeError('llm-bad-request', 'The model endpoint answered with a web page, not with a reply. Is its base URL right? Most end in /v1.')
  const streamed = !kind.includes('json')
  const reply = new Reply({ streamed, costHeader: headers['x-litellm-response-cost'], place: request.messages.length, redactor: connection.redactor })
  let done = false
  for await (const data of streamed ? eventsIn(connection.read(open)) : [await connection.readWhole(open)]) {
    done = data === '[DONE]'
    if (done) break
    yield* reply.take(data)
    signal.throwIfAborted() // parts that were already here must not outlive the signal
  }
  if (done) open.done()
  yield* reply.end(done)
}

/** Sends the request, once more for each thing that the endpoint turns out not to accept. */
async function ask({ options, connection, dialects }: Endpoint, request: LlmRequest, signal: AbortSignal): Promise<Exchange> {
  for (;;) {
    const dialect = dialects.get(request.model) ?? firstDialect(options)
    const body = JSON.stringify(requestBody(request, dialect, options.promptCache))
    const open = await connection.send({ method: 'POST', path: '/chat/completions', body, requestId: request.requestId }, signal)
    if (isGood(open.response)) return open
    const refusal = await refusalOf(open)
    const learned = refusal.status === 400 || refusal.status === 422 ? learnDialect(dialect, options.outputLimitField !== 'auto', messageIn(refusal.body)) : null
    if (!learned) throw refusalError(refusal, connection.redactor, Date.now())
    dialects.set(request.model, learned)
  }
}

async function models({ connection }: Endpoint, signal: AbortSignal): Promise<readonly string[]> {
  using open = await connection.send({ method: 'GET', path: '/models', body: '', requestId: null }, signal)
  if (!isGood(open.response)) throw refusalError(await refusalOf(open), connection.redactor, Date.now())
  try {
    return ModelList.parse(JSON.parse(await connection.readWhole(open))).data.map(({ id }) => id)
  } catch (cause) {
    throw cause instanceof z.ZodError || cause instanceof SyntaxError ? invalidReply('is not a list of models.', cause) : cause
  }
}
