import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Llm, LlmPart } from '@codeforge/ports/llm'
import { anLlmRequest, collect, describeLlmContract, llmContractScripts, textOf } from '@codeforge/ports/testing/llm'
import { type ScriptedModelOptions, type ScriptedModelServer, scriptedModelServer } from '@codeforge/scripted-model/server'
import { openAiCompatibleLlm } from './openai-compatible.ts'

const key = 'sk-test-0123456789'

/** An adapter opened on a scripted server; disposing it ends both. */
async function openWith(server: ScriptedModelOptions, options: object = {}): Promise<Llm & AsyncDisposable & { readonly server: ScriptedModelServer }> {
  const model = await scriptedModelServer({ scripts: llmContractScripts, ...server })
  const llm = await openAiCompatibleLlm.open(openAiCompatibleLlm.config.parse({ baseUrl: `${model.url}/`, apiKey: key, ...options }))
  return {
    ...llm,
    server: model,
    async [Symbol.asyncDispose]() {
      await llm[Symbol.asyncDispose]()
      await model[Symbol.asyncDispose]()
    },
  }
}

async function talk(llm: Llm, script = 'talk', signal: AbortSignal = new AbortController().signal): Promise<readonly LlmPart[]> {
  return collect(llm.complete(anLlmRequest(script), signal))
}

async function failureOf(server: ScriptedModelOptions, options: object = {}): Promise<CodeForgeError> {
  await using llm = await openWith(server, options)
  const error: unknown = await talk(llm).then(() => null, (thrown: unknown) => thrown)
  assert.ok(error instanceof CodeForgeError, `expected a coded error, got ${inspect(error)}`)
  assert.doesNotMatch(inspect(error, { depth: 5 }), new RegExp(key))
  return error
}

describeLlmContract('openai-compatible', () => openWith({ apiKey: key }))

test('sends the conversation, the tools, the key and the request id', async () => {
  await using llm = await openWith({ apiKey: key }, { organization: 'org-1', headers: { 'x-team': 'blue' } })
  await talk(llm)
  const [asked] = llm.server.requests
  assert.deepEqual([asked?.headers.authorization, asked?.headers['openai-organization'], asked?.headers['x-team'], asked?.headers['x-request-id']], [`Bearer ${key}`, 'org-1', 'blue', 'request-1'])
  assert.deepEqual(asked?.body, {
    model: 'scripted/talk',
    messages: [{ role: 'system', content: 'You are a test.' }, { role: 'user', content: 'Go on.' }],
    tools: [{ type: 'function', function: anLlmRequest('talk').tools[0] }],
    max_tokens: 100,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  })
})

test('marks messages for the prompt cache only where the endpoint is said to want it', async () => {
  for (const promptCache of [false, true]) {
    await using llm = await openWith({}, { promptCache })
    await collect(llm.complete({ ...anLlmRequest('talk'), cacheMarks: [0] }, new AbortController().signal))
    const { messages } = llm.server.requests[0]?.body as { messages: { content: unknown }[] }
    const marked = [{ type: 'text', text: 'You are a test.', cache_control: { type: 'ephemeral' } }]
    assert.deepEqual(messages.map(({ content }) => content), [promptCache ? marked : 'You are a test.', 'Go on.'])
  }
})

test('takes the cost from the response header; a zero in the header of a stream is not known yet', async () => {
  for (const [costUsd, costMicroUsd] of [[0.001234, 1234], [0, null]] as const) {
    await using llm = await openWith({ costUsd })
    const end = (await talk(llm)).at(-1)
    assert.equal(end?.kind === 'ended' && end.costMicroUsd, costMicroUsd)
  }
})

test('uses a connection again', async () => {
  await using llm = await openWith({})
  for (let turn = 0; turn < 3; turn += 1) {
    await talk(llm)
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(new Set(llm.server.requests.map(({ clientPort }) => clientPort)).size, 1)
})

test('malformed arguments come as an invalid call, with the text the model sent', async () => {
  await using llm = await openWith({ faults: [{ kind: 'malformed-arguments' }] })
  const [call] = (await talk(llm, 'tools')).filter((part) => part.kind === 'toolcall')
  assert.deepEqual(call, { kind: 'toolcall', call: { id: 'call-a', tool: 'read', args: {} }, invalid: '{"path": "unfinished' })
})

test('each refusal has its code', async () => {
  const cases: readonly (readonly [number, object | string, string])[] = [
    [400, { error: { message: 'no such field' } }, 'llm-bad-request'],
    [400, { error: { message: "This model's maximum context length is 8192 tokens", code: 'context_length_exceeded' } }, 'llm-context-overflow'],
    [400, { error: { message: 'Your credit balance is too low' } }, 'llm-quota'],
    [401, { error: { message: `Incorrect API key provided: ${key}` } }, 'llm-unauthorized'],
    [402, 'pay first', 'llm-quota'],
    [403, {}, 'llm-unauthorized'],
    [404, '404 page not found', 'llm-bad-request'],
    [413, {}, 'llm-context-overflow'],
    [429, { error: { message: 'slow down', code: 'rate_limit_exceeded' } }, 'llm-rate-limited'],
    [429, { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }, 'llm-quota'],
    [500, {}, 'llm-overloaded'],
    [502, '<html>bad gateway</html>', 'llm-overloaded'],
    [503, {}, 'llm-overloaded'],
    [529, { error: { type: 'overloaded_error' } }, 'llm-overloaded'],
  ]
  for (const [status, body, code] of cases) {
    const error = await failureOf({ faults: [{ kind: 'status', status, body: body as never }] })
    assert.deepEqual([status, error.code, error.details['status']], [status, code, status])
  }
})

test('a rate limit says how long to wait', async () => {
  const error = await failureOf({ faults: [{ kind: 'status', status: 429, headers: { 'retry-after': '1.5' } }] })
  assert.deepEqual([error.details, error.retryable], [{ status: 429, retryAfterMs: 1500 }, true])
})

test('a web page in place of a reply is refused for good, with what may be wrong', async () => {
  const { code, message } = await failureOf({ faults: [{ kind: 'raw', body: '<html>hello</html>', contentType: 'text/html; charset=utf-8' }] })
  assert.deepEqual([code, /base URL/.test(message)], ['llm-bad-request', true])
})

test('a reply that breaks, stops short or is no reply has its code', async () => {
  const cases = [
    { kind: 'cut' },
    { kind: 'no-finish' },
    { kind: 'garbage' },
    { kind: 'raw', body: 'data: [DONE]\n\n' },
    { kind: 'raw', body: '[]', contentType: 'application/json' },
  ] as const
  for (const fault of cases) assert.deepEqual([fault, (await failureOf({ faults: [fault] })).code], [fault, 'llm-invalid-reply'])
})

test('an error in the middle of a stream has the code of its kind', async () => {
  const cases = [
    [{ message: 'Overloaded', type: 'overloaded_error' }, 'llm-overloaded'],
    [{ message: 'slow down', code: 429 }, 'llm-rate-limited'],
    [{ message: 'slow down', type: 'rate_limit_error' }, 'llm-rate-limited'],
    [{ message: 'prompt is too long' }, 'llm-context-overflow'],
  ] as const
  for (const [error, code] of cases) assert.equal((await failureOf({ faults: [{ kind: 'error-event', error }] })).code, code)
})

test('an endpoint that does not answer, or falls silent, is unreachable after its limit', async () => {
  const mute = await failureOf({ faults: [{ kind: 'never-answers' }] }, { firstByteTimeoutMs: 40 })
  const stalled = await failureOf({ faults: [{ kind: 'stalls', after: 3 }] }, { idleTimeoutMs: 40 })
  assert.deepEqual([mute.code, mute.message, stalled.code, stalled.message], [
    'llm-unreachable', 'The model endpoint sent nothing for 40 ms.',
    'llm-unreachable', 'The model endpoint went silent in the middle of its reply for 40 ms.',
  ])
})

test('a slow endpoint is not a silent one', async () => {
  await using llm = await openWith({ faults: [{ kind: 'slow', everyMs: 15 }] }, { idleTimeoutMs: 200 })
  assert.equal(textOf(await talk(llm)), 'Hello, I am here.\n\n  Two words.')
})

test('a reply without end is cut off', async () => {
  const error = await failureOf({ faults: [{ kind: 'huge', characters: 500_000 }] }, { maxReplyBytes: 100_000 })
  assert.equal(error.code, 'llm-invalid-reply')
})

test('nobody at the address, or somebody who does not speak HTTP, is said so', async () => {
  await using llm = await openAiCompatibleLlm.open(openAiCompatibleLlm.config.parse({ baseUrl: 'http://127.0.0.1:1/v1' }))
  await assert.rejects(talk(llm), { code: 'llm-unreachable', message: /ECONNREFUSED/ })
  await assert.rejects(llm.models(new AbortController().signal), { code: 'llm-unreachable' })
  const server = createServer((socket) => void socket.on('error', () => {}).end('220 mail.example ESMTP\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await using mail = await openAiCompatibleLlm.open(openAiCompatibleLlm.config.parse({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }))
  await assert.rejects(talk(mail), { code: 'llm-invalid-reply', message: /not HTTP/ })
  server.close()
})

test('an abort closes the connection under a waiting endpoint', async () => {
  await using llm = await openWith({ faults: [{ kind: 'never-answers' }] })
  const controller = new AbortController()
  const reading = talk(llm, 'talk', controller.signal)
  while (llm.server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
  controller.abort(new Error('stop'))
  await assert.rejects(reading, { message: 'stop' })
  while (!llm.server.requests[0]?.hungUp) await new Promise((resolve) => setImmediate(resolve))
})

test('a reader that leaves early closes the connection', async () => {
  await using llm = await openWith({ faults: [{ kind: 'stalls', after: 4 }] })
  for await (const part of llm.complete(anLlmRequest('talk'), new AbortController().signal)) if (part.kind === 'text.delta') break
  while (!llm.server.requests[0]?.hungUp) await new Promise((resolve) => setImmediate(resolve))
})

test('learns the dialect of a model from its refusals, once', async () => {
  const refuse = (message: string) => ({ kind: 'status', status: 400, body: { error: { message, type: 'invalid_request_error' } } }) as const
  await using llm = await openWith({
    faults: [
      refuse("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."),
      refuse("Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported."),
      refuse('Unknown parameter: stream_options'),
    ],
  })
  await talk(llm)
  await talk(llm)
  const bodies = llm.server.requests.map(({ body }) => Object.keys(body as object).filter((name) => !['model', 'messages', 'tools', 'stream'].includes(name)))
  assert.deepEqual(bodies, [
    ['max_tokens', 'temperature', 'stream_options'],
    ['max_completion_tokens', 'temperature', 'stream_options'],
    ['max_completion_tokens', 'stream_options'],
    ['max_completion_tokens'],
    ['max_completion_tokens'],
  ])
})

test('refuses a base URL with credentials, without printing them', () => {
  const parsed = openAiCompatibleLlm.config.safeParse({ baseUrl: 'https://user:hunter22@host/v1' })
  assert.match(String(parsed.error), /must not hold credentials/)
  assert.doesNotMatch(String(parsed.error), /hunter22/)
})
