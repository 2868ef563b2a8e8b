import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { test } from 'node:test'
import { type ScriptedModelServer, scriptedModelServer } from './server.ts'

const hello = { name: 'hello', turns: [{ text: 'Hello there.', usage: { promptTokens: 3, completionTokens: 2 } }] }

function post(server: Pick<ScriptedModelServer, 'url'>, body: object = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'hi' }], ...body }),
    ...(signal ? { signal } : {}),
  })
}

test('answers whole, and remembers what it was asked', async () => {
  await using server = await scriptedModelServer({ scripts: [hello], costUsd: 0.01 })
  const response = await post(server)
  const reply = (await response.json()) as { choices: unknown }
  assert.deepEqual(reply.choices, [{ index: 0, message: { role: 'assistant', content: 'Hello there.' }, finish_reason: 'stop' }])
  assert.equal(response.headers.get('x-litellm-response-cost'), '0.01')
  assert.deepEqual(server.requests.map(({ method, path, body }) => ({ method, path, body })), [
    { method: 'POST', path: '/v1/chat/completions', body: { model: 'any', messages: [{ role: 'user', content: 'hi' }] } },
  ])
})

test('streams, with usage only where it was asked for', async () => {
  await using server = await scriptedModelServer({ scripts: [hello] })
  const plain = await (await post(server, { stream: true })).text()
  const counted = await (await post(server, { stream: true, stream_options: { include_usage: true } })).text()
  assert.match(plain, /"content":"Hello"[\s\S]*"content":" there\."[\s\S]*"finish_reason":"stop"[\s\S]*data: \[DONE\]\n\n$/)
  assert.deepEqual([plain.includes('prompt_tokens'), counted.includes('"prompt_tokens":3')], [false, true])
})

test('faults come one per request, in order', async () => {
  await using server = await scriptedModelServer({ scripts: [hello], faults: [{ kind: 'status', status: 429, headers: { 'retry-after': '2' } }, { kind: 'cut' }, null] })
  const limited = await post(server)
  assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '2'])
  await assert.rejects(async () => (await post(server, { stream: true })).text())
  assert.equal((await post(server)).status, 200)
})

test('sees a client that hangs up, and closes under one that waits', async () => {
  await using server = await scriptedModelServer({ scripts: [hello], faults: () => ({ kind: 'never-answers' }) })
  const controller = new AbortController()
  const hangingUp = post(server, {}, controller.signal)
  while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
  controller.abort()
  await assert.rejects(hangingUp)
  while (!server.requests[0]?.hungUp) await new Promise((resolve) => setImmediate(resolve))
  const waiting = assert.rejects(post(server))
  await server[Symbol.asyncDispose]()
  await waiting
})

test('embeds texts as bags of words, the same each time, and fails as it is told', async () => {
  await using server = await scriptedModelServer({ embeddingFaults: [null, null, { kind: 'status', status: 503 }] })
  const embed = (input: unknown) => fetch(`${server.url}/embeddings`, { method: 'POST', body: JSON.stringify({ model: 'hashed-words', input, dimensions: 8 }) })
  const [one, again] = [await (await embed(['a text'])).json(), await (await embed('a text')).json()]
  assert.deepEqual(one, again)
  assert.equal((one as { data: { embedding: unknown[] }[] }).data[0]?.embedding.length, 8)
  assert.equal((await embed('a text')).status, 503)
})

test('runs as a process that prints its port', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'codeforge-model-'))
  await writeFile(join(directory, 'hello.json'), JSON.stringify(hello))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--script', join(directory, 'hello.json')], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [line] = await Array.fromAsync(firstLine(child.stdout))
    const { url } = JSON.parse(line ?? '') as { url: string }
    assert.equal((await post({ url })).status, 200)
  } finally {
    child.kill()
    await rm(directory, { recursive: true })
  }
})

async function* firstLine(stream: NodeJS.ReadableStream): AsyncIterable<string> {
  for await (const line of createInterface(stream)) return yield line
}
