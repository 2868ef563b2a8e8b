import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { EmbeddingReply, EmbeddingRequest } from '@codeforge/ports/embeddings'
import { manualClock } from '@codeforge/ports/testing/manual-clock'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { countedEmbeddings } from './counted.ts'
import { openDayLedger } from '../day-ledger.ts'
import { embeddingWords } from './open-semantic.ts'

const signal = AbortSignal.timeout(10_000)
const request = (text: string): EmbeddingRequest => ({ model: 'm', texts: [text], dimensions: null, requestId: 'r' })
const isExhausted = (error: unknown): boolean => error instanceof CodeForgeError && error.code === 'budget-exhausted'

async function openScene(limits = { mostTokens: 100, mostMicroUsd: 1000 }, price = { prompt: 10_000_000, completion: 0 }) {
  const folder = await temporaryDirectory('ledger')
  const clock = manualClock(new Date('2026-01-31T23:59:00Z'))
  const asked: EmbeddingRequest[] = []
  const scene = {
    clock, asked,
    next: { tokens: 5, costMicroUsd: null } as Omit<EmbeddingReply, 'vectors'> | Error,
    file: join(folder.path, 'use.sqlite'),
    open: () => {
      const ledger = openDayLedger(scene.file, limits, embeddingWords)
      const embeddings = { embed: async (one: EmbeddingRequest) => {
        asked.push(one)
        if (scene.next instanceof Error) throw scene.next
        return { vectors: [Float32Array.of(1)], ...scene.next }
      } }
      return { ...countedEmbeddings(embeddings, { ledger, clock, price }), [Symbol.dispose]: () => { ledger[Symbol.dispose]() } }
    },
    [Symbol.asyncDispose]: async () => folder[Symbol.asyncDispose](),
  }
  return scene
}

test('counts what the endpoint counted, and what it cost by the price', async () => {
  await using scene = await openScene()
  using counted = scene.open()
  await counted.embed(request('x'.repeat(40)), signal)
  assert.deepEqual(await counted.use(), { tokens: 5, microUsd: 50, mostTokens: 100, mostMicroUsd: 1000 })
  scene.next = { tokens: 7, costMicroUsd: 3 }
  await counted.embed(request('x'), signal)
  assert.deepEqual(await counted.use(), { tokens: 12, microUsd: 53, mostTokens: 100, mostMicroUsd: 1000 })
})

test('nothing is sent that could go beyond the limit of tokens or of money, until the next day', async () => {
  await using scene = await openScene()
  using counted = scene.open()
  await assert.rejects(counted.embed(request('x'.repeat(202)), signal), isExhausted)
  scene.next = { tokens: 60, costMicroUsd: null }
  await counted.embed(request('x'.repeat(120)), signal)
  await assert.rejects(counted.embed(request('x'.repeat(100)), signal), isExhausted)
  assert.equal(scene.asked.length, 1)
  await scene.clock.advance(61_000)
  await counted.embed(request('x'.repeat(100)), signal)
  await using costly = await openScene({ mostTokens: 1000, mostMicroUsd: 100 })
  using dear = costly.open()
  await assert.rejects(dear.embed(request('x'.repeat(40)), signal), isExhausted)
})

test('processes on one data directory share the limit', async () => {
  await using scene = await openScene()
  using one = scene.open()
  using other = scene.open()
  scene.next = { tokens: 70, costMicroUsd: null }
  await one.embed(request('x'.repeat(140)), signal)
  await assert.rejects(other.embed(request('x'.repeat(80)), signal), isExhausted)
})

test('a call that was refused costs nothing, one whose outcome is unknown costs its worst case', async () => {
  await using scene = await openScene()
  using counted = scene.open()
  scene.next = new CodeForgeError('llm-rate-limited', 'slow down')
  await assert.rejects(counted.embed(request('x'.repeat(40)), signal))
  assert.equal((await counted.use()).tokens, 0)
  scene.next = new CodeForgeError('llm-invalid-reply', 'cut off')
  await assert.rejects(counted.embed(request('x'.repeat(40)), signal))
  assert.equal((await counted.use()).tokens, 20)
})
