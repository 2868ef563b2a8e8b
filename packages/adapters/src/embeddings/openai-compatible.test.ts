import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { anEmbeddingRequest, describeEmbeddingsContract } from '@codeforge/ports/testing/embeddings'
import { type ScriptedModelOptions, scriptedModelServer } from '@codeforge/scripted-model/server'
import { openAiCompatibleEmbeddings } from './openai-compatible.ts'

const key = 'sk-test-0123456789'
const signal = (): AbortSignal => AbortSignal.timeout(10_000)

async function openWith(server: ScriptedModelOptions = {}, options: object = {}) {
  await using stack = new AsyncDisposableStack()
  const model = stack.use(await scriptedModelServer({ apiKey: key, ...server }))
  const embeddings = stack.use(await openAiCompatibleEmbeddings.open(openAiCompatibleEmbeddings.config.parse({ baseUrl: `${model.url}/`, apiKey: key, ...options })))
  const owned = stack.move()
  return { ...embeddings, server: model, [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}

async function failureOf(server: ScriptedModelOptions, options: object = {}): Promise<CodeForgeError> {
  await using embeddings = await openWith(server, options)
  const error: unknown = await embeddings.embed(anEmbeddingRequest(['one', 'two']), signal()).then(() => null, (thrown: unknown) => thrown)
  assert.ok(error instanceof CodeForgeError, `expected a coded error, got ${inspect(error)}`)
  assert.doesNotMatch(inspect(error, { depth: 5 }), new RegExp(key))
  return error
}

/** The reply's body as it is. */
const says = (body: unknown): ScriptedModelOptions => ({ embeddingFaults: [{ kind: 'raw', body: typeof body === 'string' ? body : JSON.stringify(body), contentType: 'application/json' }] })
const vector = (index: number, embedding: unknown) => ({ object: 'embedding', index, embedding })

describeEmbeddingsContract('openai-compatible', async () => openWith())

describe('an OpenAI-compatible embeddings endpoint', () => {
  test('is asked with the key, the model and the texts, and tells tokens and cost', async () => {
    await using embeddings = await openWith({ costUsd: 0.25 })
    const { tokens, costMicroUsd } = await embeddings.embed(anEmbeddingRequest(['one two', 'three'], { dimensions: 8 }), signal())
    const [request] = embeddings.server.requests
    assert.deepEqual([request?.path, request?.headers.authorization, request?.headers['x-request-id'], request?.body], [
      '/v1/embeddings', `Bearer ${key}`, 'request-1', { model: 'hashed-words', input: ['one two', 'three'], encoding_format: 'float', dimensions: 8 },
    ])
    assert.deepEqual([tokens, costMicroUsd], [4, 250_000])
  })

  test('may send vectors out of order, and in base64', async () => {
    const floats = Buffer.from(Float32Array.of(0.5, -1).buffer).toString('base64')
    await using embeddings = await openWith(says({ data: [vector(1, [3, 4]), vector(0, floats)] }))
    const { vectors, tokens } = await embeddings.embed(anEmbeddingRequest(['one', 'two']), signal())
    assert.deepEqual([vectors.map((one) => [...one]), tokens], [[[0.5, -1], [3, 4]], null])
  })

  test('that answers nonsense is told so, and nothing of it is used', async () => {
    const replies: readonly [unknown, RegExp][] = [
      ['{"data": [', /is no JSON/],
      [{ data: 'none' }, /not what the protocol says/],
      [{ data: [vector(0, [1, 2])] }, /1 vectors for 2 texts/],
      [{ data: [vector(0, [1, 2]), vector(0, [1, 2])] }, /place 1 of 2 that is not asked for/],
      [{ data: [vector(0, [1, 2]), vector(1, [1, 2]), vector(2, [1, 2])] }, /place 3 of 2 that is not asked for/],
      [{ data: [vector(0, [1, 2]), vector(1, [1, 2, 3])] }, /3 numbers where 2 are due/],
      [{ data: [vector(0, []), vector(1, [])] }, /0 numbers/],
      [{ data: [vector(0, [1, 2]), vector(1, [1, null])] }, /not what the protocol says/],
      [`{"data": [{"embedding": [1, 2]}, {"embedding": [1, 1e999]}]}`, /not what the protocol says|no number/],
      [{ data: [vector(0, [0, 0]), vector(1, [1, 2])] }, /points nowhere/],
      [{ data: [vector(0, 'AAAA'), vector(1, 'AAAA')] }, /no base64 of floats/],
    ]
    for (const [reply, expected] of replies) {
      const error = await failureOf(says(reply))
      assert.deepEqual([error.code, expected.test(error.message)], ['llm-invalid-reply', true], error.message)
    }
  })

  test('that refuses, is down or is slow is an error with a code', async () => {
    const limited = await failureOf({ embeddingFaults: [{ kind: 'status', status: 429, headers: { 'retry-after': '7' } }] })
    assert.deepEqual([limited.code, limited.details['retryAfterMs']], ['llm-rate-limited', 7000])
    assert.equal((await failureOf({}, { apiKey: 'sk-wrong-0123456789' })).code, 'llm-unauthorized')
    assert.equal((await failureOf({ embeddingFaults: [{ kind: 'status', status: 503 }] })).code, 'llm-overloaded')
    assert.equal((await failureOf({ embeddingFaults: [{ kind: 'never-answers' }] }, { firstByteTimeoutMs: 50 })).code, 'llm-unreachable')
    assert.equal((await failureOf({}, { baseUrl: 'http://127.0.0.1:9/v1' })).code, 'llm-unreachable')
    assert.equal((await failureOf(says({ data: [], padding: 'x'.repeat(5000) }), { maxReplyBytes: 2000 })).code, 'llm-invalid-reply')
  })
})
