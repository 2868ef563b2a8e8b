import type { EmbeddingReply, EmbeddingRequest, Embeddings } from '@codeforge/ports/embeddings'
import { type Connection, isGood, openConnection, refusalOf } from '../../http/connection.ts'
import { invalidReply, refusalError } from '../../http/errors.ts'
import type { EndpointOptions } from '../../http/options.ts'
import { readReply } from './reply.ts'

/** Opens an endpoint; nothing is sent before the first call. */
export async function openEmbeddings(options: EndpointOptions): Promise<Embeddings & AsyncDisposable> {
  const connection = await openConnection(options)
  return {
    embed: async (request, signal) => embed(connection, request, signal),
    [Symbol.asyncDispose]: async () => connection[Symbol.asyncDispose](),
  }
}

async function embed(connection: Connection, request: EmbeddingRequest, signal: AbortSignal): Promise<EmbeddingReply> {
  const { model, texts, dimensions, requestId } = request
  const body = JSON.stringify({ model, input: texts, encoding_format: 'float', ...(dimensions !== null && { dimensions }) })
  using open = await connection.send({ method: 'POST', path: '/embeddings', body, requestId }, signal)
  if (!isGood(open.response)) throw refusalError(await refusalOf(open), connection.redactor, Date.now())
  const text = await connection.readWhole(open)
  signal.throwIfAborted()
  return readReply(parse(text), request, open.response.headers['x-litellm-response-cost'])
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalidReply('is no JSON.', cause)
  }
}
