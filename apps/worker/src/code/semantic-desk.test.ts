import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { SemanticSettings } from '@codeforge/context/semantic/settings'
import { CodeHit } from '@codeforge/contracts/code'
import type { CodeRequest, CodeStatus } from '@codeforge/contracts/code'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { ProjectId } from '@codeforge/contracts/ids'
import type { EmbeddingRequest } from '@codeforge/ports/embeddings'
import { hashedModel, hashedVector } from '@codeforge/ports/testing/hashed-embeddings'
import { memoryVectorIndex } from '@codeforge/ports/testing/memory-vector-index'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { usualTuning } from '@codeforge/context/search/tuning'
import { openCodeDesk } from './code-desk.ts'

const projectId = ProjectId.parse('01980000-0000-7000-8000-000000000001')
const signal = AbortSignal.timeout(30_000)
const settings: SemanticSettings = {
  model: hashedModel, dimensions: null, batchTexts: 2, batchBytes: 100_000, blocked: ['**/.env*'], queryMs: 5000, mostBytes: 64, bm25Weight: 0.5, semanticWeight: 0.5,
}

async function openScene(isDown: () => boolean = () => false, mayAnswer: Promise<unknown> = Promise.resolve()) {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryDirectory('desk'))
  const path = join(folder.path, 'tree')
  await mkdir(path)
  for (const name of ['one', 'two', 'three', '.env']) await writeFile(join(path, `${name}${name === '.env' ? '' : '.js'}`), `export function ${name.replace('.', '')}Tariff() {\n  return '${name} thing'\n}\n`)
  const requests: EmbeddingRequest[] = []
  const embeddings = {
    async embed(request: EmbeddingRequest) {
      requests.push(request)
      await mayAnswer
      if (isDown()) throw new CodeForgeError('llm-unauthorized', 'The model endpoint answered 401.')
      return { vectors: request.texts.map((text) => hashedVector(text)), tokens: 3, costMicroUsd: null }
    },
    use: async () => ({ tokens: 3 * requests.length, mostTokens: 1000, microUsd: 0, mostMicroUsd: 0 }),
  }
  const unused = () => Promise.reject(new Error('not asked for'))
  const clock = { monotonic: () => performance.now(), sleep: async () => undefined }
  const semantic = { ports: { embeddings, vectors: stack.use(memoryVectorIndex()), clock }, settings }
  const desk = stack.use(openCodeDesk({ vcs: { open: unused }, artifactStore: { put: unused }, clock, llms: {} }, { storeDirectory: join(folder.path, 'store'), semantic, tuning: usualTuning }))
  const ask = async (request: CodeRequest) => desk.ask({ projectId, source: { kind: 'local', path }, request }, signal)
  const semanticOf = ({ semantic: told }: CodeStatus) => { assert.ok(told); return told }
  const owned = stack.move()
  return {
    requests,
    write: async (name: string, text: string) => writeFile(join(path, name), text),
    search: async () => {
      const { status, result } = await ask({ kind: 'search', query: 'two tariff', top: 5, files: true })
      return { semantic: semanticOf(status), hits: CodeHit.array().parse(JSON.parse(String(result))) }
    },
    index: async () => semanticOf((await ask({ kind: 'index' })).status),
    /** What is known once it is so, as a dashboard would look again and again. */
    async until(holds: (known: ReturnType<typeof semanticOf>) => boolean) {
      for (;;) {
        const known = semanticOf((await ask({ kind: 'status' })).status)
        if (holds(known)) return known
        await pause(10, undefined, { signal })
      }
    },
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

test('a repository that is indexed is embedded in the background, through the process, and searched by meaning then', async () => {
  await using scene = await openScene()
  const begun = await scene.index()
  assert.equal(begun.model, hashedModel)
  const known = await scene.until(({ chunks, embedded }) => chunks === 3 && embedded === 3)
  assert.equal(known.text, 'words, graph and meaning: all chunks are embedded')
  assert.ok(!scene.requests.some(({ texts }) => texts.some((text) => text.includes('.env'))))
  const { semantic, hits } = await scene.search()
  assert.deepEqual([semantic.used, hits[0]?.path], [true, 'two.js'])
  assert.ok(hits[0]?.why.some(({ signal: name }) => name === 'semantic'))
  await scene.until(({ use }) => (use?.tokens ?? 0) >= 6)
})

test('a repository that is indexed anew while it is embedded is embedded to its end', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  await using scene = await openScene(() => false, promise)
  await scene.index()
  while (scene.requests.length === 0) await pause(5, undefined, { signal })
  await scene.write('four.js', 'export function fourTariff() {\n  return "four thing"\n}\n')
  const { chunks, embedded } = await scene.index()
  assert.deepEqual([chunks, embedded], [4, 0])
  resolve(undefined)
  await scene.until((known) => known.chunks === 4 && known.embedded === 4)
})

test('an endpoint that refuses costs no answer, and what it said is told', async () => {
  await using scene = await openScene(() => true)
  await scene.index()
  const known = await scene.until(({ trouble }) => trouble !== null)
  assert.match(known.text, /^lexical and graph only: 0 % of chunks embedded so far \(The model endpoint answered 401\)$/)
  const { hits } = await scene.search()
  assert.equal(hits[0]?.path, 'two.js')
  assert.equal(scene.requests.length, 1)
})
