import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { EmbeddingRequest, Embeddings } from '../embeddings.ts'
import { hashedModel } from './hashed-embeddings.ts'

/** A request to the model that the adapter under test must have behind it: hashed bags of words. */
export function anEmbeddingRequest(texts: readonly string[], change: Partial<EmbeddingRequest> = {}): EmbeddingRequest {
  return { model: hashedModel, texts, dimensions: null, requestId: 'request-1', ...change }
}

const open = (): AbortSignal => new AbortController().signal

/** What every Embeddings must do. */
export function describeEmbeddingsContract(name: string, openEmbeddings: () => Promise<Embeddings & AsyncDisposable>): void {
  describe(`embeddings contract: ${name}`, () => {
    test('gives one vector for each text, in their order, all of one length', async () => {
      await using embeddings = await openEmbeddings()
      const texts = ['read a file', 'write a file', 'ä quite other thing', 'read a file']
      const { vectors } = await embeddings.embed(anEmbeddingRequest(texts), open())
      assert.equal(vectors.length, 4)
      assert.equal(new Set(vectors.map((vector) => vector.length)).size, 1)
      assert.ok(vectors.every((vector) => vector instanceof Float32Array && vector.every(Number.isFinite)))
      assert.deepEqual(vectors[0], vectors[3])
      assert.notDeepEqual(vectors[0], vectors[1])
      const alone = await Promise.all(texts.map(async (text) => (await embeddings.embed(anEmbeddingRequest([text]), open())).vectors[0]))
      assert.deepEqual(alone, [...vectors])
    })

    test('texts that share words lie nearer to each other than texts that do not', async () => {
      await using embeddings = await openEmbeddings()
      const { vectors: [query, near, far] } = await embeddings.embed(anEmbeddingRequest(['retry with backoff', 'the backoff before a retry', 'paint the window green']), open())
      assert.ok(cosine(query, near) > cosine(query, far))
    })

    test('gives as many numbers as were asked for', async () => {
      await using embeddings = await openEmbeddings()
      const { vectors } = await embeddings.embed(anEmbeddingRequest(['a text', 'another'], { dimensions: 16 }), open())
      assert.deepEqual(vectors.map((vector) => vector.length), [16, 16])
    })

    test('counts tokens, or says that nobody did', async () => {
      await using embeddings = await openEmbeddings()
      const { tokens } = await embeddings.embed(anEmbeddingRequest(['a text of some words']), open())
      assert.ok(tokens === null || (Number.isInteger(tokens) && tokens > 0))
    })

    test('takes texts of many lines and of every script', async () => {
      await using embeddings = await openEmbeddings()
      const { vectors } = await embeddings.embed(anEmbeddingRequest(['line\n\tline "quoted" \\ \u0000 \u{1F600}', '漢字'.repeat(2000)]), open())
      assert.equal(vectors.length, 2)
    })

    test('rejects with the reason of its signal', async () => {
      await using embeddings = await openEmbeddings()
      const reason = new Error('the user said stop')
      await assert.rejects(embeddings.embed(anEmbeddingRequest(['a text']), AbortSignal.abort(reason)), reason)
    })

    test('refuses a model that it does not have, with a code', async () => {
      await using embeddings = await openEmbeddings()
      await assert.rejects(embeddings.embed(anEmbeddingRequest(['a text'], { model: 'nobody' }), open()), (error) => error instanceof CodeForgeError && error.code === 'llm-bad-request')
    })

    test('can be disposed twice', async () => {
      const embeddings = await openEmbeddings()
      await embeddings[Symbol.asyncDispose]()
      await embeddings[Symbol.asyncDispose]()
    })
  })
}

function cosine(one: Float32Array | undefined, other: Float32Array | undefined): number {
  assert.ok(one && other)
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0) / (Math.hypot(...one) * Math.hypot(...other))
}
