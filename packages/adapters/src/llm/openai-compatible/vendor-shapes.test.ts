import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LlmPart } from '@codeforge/ports/llm'
import { anLlmRequest, collect } from '@codeforge/ports/testing/llm'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { openAiCompatibleLlm } from '../openai-compatible.ts'

/** What the adapter makes of these bytes. */
async function partsOf(body: string, contentType = 'text/event-stream'): Promise<readonly LlmPart[]> {
  await using server = await scriptedModelServer({ handler: () => ({}), faults: [{ kind: 'raw', body, contentType }] })
  await using llm = await openAiCompatibleLlm.open(openAiCompatibleLlm.config.parse({ baseUrl: server.url }))
  return await collect(llm.complete(anLlmRequest('any'), new AbortController().signal))
}

async function partsOfFixture(name: string): Promise<readonly LlmPart[]> {
  return partsOf(await readFile(join(import.meta.dirname, '__fixtures__', name), 'utf8'))
}

const read = (id: string, path: string): LlmPart => ({ kind: 'toolcall', call: { id, tool: 'read', args: { path } } })

test('OpenAI: calls in pieces, usage in a chunk of its own', async () => {
  assert.deepEqual(await partsOfFixture('openai-tools.sse'), [
    read('call_AAA', 'a.txt'),
    { kind: 'toolcall', call: { id: 'call_BBB', tool: 'list', args: {} } },
    { kind: 'ended', finish: 'tool-calls', usage: { promptTokens: 1200, cachedPromptTokens: 1024, completionTokens: 64, reasoningTokens: 20 }, costMicroUsd: null },
  ])
})

test('LiteLLM in front of Anthropic: reasoning, cache figures, cost in the usage', async () => {
  assert.deepEqual(await partsOfFixture('litellm-anthropic.sse'), [
    { kind: 'reasoning.delta', text: 'I should look.' },
    { kind: 'text.delta', text: 'I read ' },
    { kind: 'text.delta', text: 'the file.' },
    read('toolu_01', 'a.txt'),
    { kind: 'ended', finish: 'tool-calls', usage: { promptTokens: 2100, cachedPromptTokens: 2000, completionTokens: 90, reasoningTokens: 30 }, costMicroUsd: 1950 },
  ])
})

test('Ollama: whole calls under one index', async () => {
  assert.deepEqual(await partsOfFixture('ollama.sse'), [
    read('call_x1', 'a.txt'),
    read('call_x2', 'b.txt'),
    { kind: 'ended', finish: 'tool-calls', usage: { promptTokens: 300, cachedPromptTokens: 0, completionTokens: 25, reasoningTokens: 0 }, costMicroUsd: null },
  ])
})

test('a server without ids, index, usage and [DONE]', async () => {
  assert.deepEqual(await partsOfFixture('ollama-no-ids.sse'), [
    { kind: 'text.delta', text: 'Both.' },
    read('call_2_1', 'a.txt'),
    read('call_2_2', 'b.txt'),
    { kind: 'ended', finish: 'tool-calls', usage: null, costMicroUsd: null },
  ])
})

test('vLLM: reasoning under its other name, usage running along', async () => {
  assert.deepEqual(await partsOfFixture('vllm.sse'), [
    { kind: 'reasoning.delta', text: 'Short.' },
    { kind: 'text.delta', text: 'Hi.' },
    { kind: 'ended', finish: 'length', usage: { promptTokens: 50, cachedPromptTokens: 0, completionTokens: 6, reasoningTokens: 0 }, costMicroUsd: null },
  ])
})

test('a server that does not stream although it was asked to', async () => {
  const message = { role: 'assistant', content: [{ type: 'text', text: 'Whole.' }], function_call: { name: 'read', arguments: '{"path":"a.txt"}' } }
  assert.deepEqual(await partsOf(JSON.stringify({ choices: [{ message, finish_reason: 'function_call' }] }), 'application/json'), [
    { kind: 'text.delta', text: 'Whole.' },
    read('call_2_1', 'a.txt'),
    { kind: 'ended', finish: 'tool-calls', usage: null, costMicroUsd: null },
  ])
})

test('[DONE] ends a reply whose finish reason never came', async () => {
  assert.deepEqual(await partsOf('data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":null}]}\n\ndata: [DONE]'), [
    { kind: 'text.delta', text: 'Hi' },
    { kind: 'ended', finish: 'stop', usage: null, costMicroUsd: null },
  ])
})

test('odd usage figures do not lose the reply', async () => {
  const parts = await partsOf('data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}],"usage":"lots"}\n\n')
  assert.deepEqual(parts.at(-1), { kind: 'ended', finish: 'stop', usage: null, costMicroUsd: null })
})
