import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { ModelScript, scriptedModelName } from '@codeforge/contracts/model-script'
import type { Llm, LlmPart, LlmRequest } from '../llm.ts'

/** What the model behind the adapter under test must say. The opener serves these, as files or over HTTP. */
export const llmContractScripts: readonly ModelScript[] = [
  {
    name: 'talk',
    turns: [
      { text: 'Hello, I am here.\n\n  Two words.', usage: { promptTokens: 12, cachedPromptTokens: 4, completionTokens: 9, reasoningTokens: 3 } },
      { text: 'Second turn.', usage: null },
    ],
  },
  { name: 'think', turns: [{ reasoning: 'First I look.', text: 'Then I speak.' }] },
  {
    name: 'tools',
    turns: [
      { text: 'Two calls.', toolCalls: [{ id: 'call-a', tool: 'read', args: { path: 'ä "quoted".txt' } }, { tool: 'list', args: { deep: { list: [1, null, true] } } }] },
      { when: 'found it', text: 'Done.', otherwise: { text: 'Not found.' } },
    ],
  },
  { name: 'short', turns: [{ text: 'Cut', finish: 'length' }] },
  { name: 'long', turns: [{ text: 'word '.repeat(2000) }] },
].map((script) => ModelScript.parse(script))

export type LlmGap = 'reports-usage' | 'streams-text'

/** What every Llm must do. A gap is a behaviour that the adapter does not have, named where the suite is called. */
export function describeLlmContract(name: string, open: () => Promise<Llm & AsyncDisposable>, options: { readonly skip?: readonly LlmGap[] } = {}): void {
  const lacks = (gap: LlmGap): { skip: boolean } => ({ skip: options.skip?.includes(gap) ?? false })
  describe(`llm contract: ${name}`, () => {
    describeReplies(open, lacks)
    describeToolCalls(open)
    describeEndings(open)
  })
}

function describeReplies(open: () => Promise<Llm & AsyncDisposable>, lacks: (gap: LlmGap) => { skip: boolean }): void {
  test('streams a text that adds up, and ends exactly once, at the end', async () => {
    await using llm = await open()
    const parts = await collect(llm.complete(anLlmRequest('talk'), new AbortController().signal))
    assert.equal(textOf(parts), 'Hello, I am here.\n\n  Two words.')
    assert.deepEqual(parts.filter((part) => part.kind === 'ended').map(({ finish }) => finish), ['stop'])
    assert.equal(parts.at(-1)?.kind, 'ended')
  })

  test('streams a text in more than one part', lacks('streams-text'), async () => {
    await using llm = await open()
    const parts = await collect(llm.complete(anLlmRequest('talk'), new AbortController().signal))
    assert.ok(parts.filter((part) => part.kind === 'text.delta').length > 1)
  })

  test('tells usage as the endpoint says it, and null where it does not', lacks('reports-usage'), async () => {
    await using llm = await open()
    const first = await collect(llm.complete(anLlmRequest('talk'), new AbortController().signal))
    const second = await collect(llm.complete(anLlmRequest('talk', ['assistant']), new AbortController().signal))
    assert.deepEqual([usageOf(first), usageOf(second)], [{ promptTokens: 12, cachedPromptTokens: 4, completionTokens: 9, reasoningTokens: 3 }, null])
  })

  test('keeps reasoning apart from the text', async () => {
    await using llm = await open()
    const parts = await collect(llm.complete(anLlmRequest('think'), new AbortController().signal))
    const reasoning = parts.map((part) => (part.kind === 'reasoning.delta' ? part.text : '')).join('')
    assert.deepEqual([reasoning, textOf(parts)], ['First I look.', 'Then I speak.'])
  })

  test('says when a reply was cut by the length limit', async () => {
    await using llm = await open()
    const end = (await collect(llm.complete(anLlmRequest('short'), new AbortController().signal))).at(-1)
    assert.equal(end?.kind === 'ended' && end.finish, 'length')
  })

  test('does not mix two conversations that run at once', async () => {
    await using llm = await open()
    const signal = new AbortController().signal
    const texts = await Promise.all(['talk', 'long', 'talk'].map(async (script) => textOf(await collect(llm.complete(anLlmRequest(script), signal)))))
    assert.deepEqual(texts.map((text) => text.length), [31, 10_000, 31])
  })
}

function describeToolCalls(open: () => Promise<Llm & AsyncDisposable>): void {
  test('gives whole tool calls in order, each with an id of its own', async () => {
    await using llm = await open()
    const parts = await collect(llm.complete(anLlmRequest('tools'), new AbortController().signal))
    const calls = parts.flatMap((part) => (part.kind === 'toolcall' ? [part.call] : []))
    assert.deepEqual(calls.map(({ tool, args }) => ({ tool, args })), [
      { tool: 'read', args: { path: 'ä "quoted".txt' } },
      { tool: 'list', args: { deep: { list: [1, null, true] } } },
    ])
    assert.equal(calls[0]?.id, 'call-a')
    assert.equal(new Set(calls.map(({ id }) => id)).size, 2)
    const end = parts.at(-1)
    assert.equal(end?.kind === 'ended' && end.finish, 'tool-calls')
  })

  test('the model sees what the tools answered', async () => {
    await using llm = await open()
    const { messages, ...request } = anLlmRequest('tools')
    const asked: LlmRequest['messages'] = [
      ...messages,
      { role: 'assistant', text: 'Two calls.', toolCalls: [{ id: 'call-a', tool: 'read', args: { path: 'a' } }, { id: 'call-b', tool: 'list', args: {} }] },
      { role: 'tool', callId: 'call-a', tool: 'read', ok: true, text: 'we found it here' },
      { role: 'tool', callId: 'call-b', tool: 'list', ok: false, text: 'no such directory' },
    ]
    assert.equal(textOf(await collect(llm.complete({ ...request, messages: asked }, new AbortController().signal))), 'Done.')
  })
}

function describeEndings(open: () => Promise<Llm & AsyncDisposable>): void {
  test('rejects with the reason of its signal: aborted before, and in the middle', async () => {
    await using llm = await open()
    const reason = new Error('the user said stop')
    await assert.rejects(collect(llm.complete(anLlmRequest('talk'), AbortSignal.abort(reason))), reason)
    const controller = new AbortController()
    const reading = (async () => {
      for await (const part of llm.complete(anLlmRequest('long'), controller.signal)) if (part.kind === 'text.delta') controller.abort(reason)
    })()
    await assert.rejects(reading, reason)
  })

  test('a reader may leave early, and the next call works', async () => {
    await using llm = await open()
    for await (const part of llm.complete(anLlmRequest('long'), new AbortController().signal)) if (part.kind === 'text.delta') break
    assert.equal(textOf(await collect(llm.complete(anLlmRequest('talk', ['assistant']), new AbortController().signal))), 'Second turn.')
  })

  test('refuses a model that it does not have, with a code', async () => {
    await using llm = await open()
    const request = { ...anLlmRequest('nobody'), model: 'scripted/nobody' }
    await assert.rejects(collect(llm.complete(request, new AbortController().signal)), (error) => error instanceof CodeForgeError && error.code === 'llm-bad-request')
  })

  test('names its models', async () => {
    await using llm = await open()
    assert.deepEqual((await llm.models(new AbortController().signal)).toSorted(), llmContractScripts.map((script) => scriptedModelName(script.name)).sort())
  })

  test('can be disposed twice', async () => {
    const llm = await open()
    await llm[Symbol.asyncDispose]()
    await llm[Symbol.asyncDispose]()
  })
}

/** A request for a script, after so many further messages. */
export function anLlmRequest(script: string, further: readonly 'assistant'[] = []): LlmRequest {
  return {
    model: scriptedModelName(script),
    script,
    messages: [
      { role: 'system', text: 'You are a test.' },
      { role: 'user', text: 'Go on.' },
      ...further.map((role) => ({ role, text: 'said before', toolCalls: [] })),
    ],
    tools: [{ name: 'read', description: 'Reads a file.', parameters: { type: 'object', properties: { path: { type: 'string' } } } }],
    maxOutputTokens: 100,
    temperature: 0,
    cacheMarks: [],
    requestId: 'request-1',
  }
}

/** Reads a reply to its end. */
export async function collect(parts: AsyncIterable<LlmPart>): Promise<readonly LlmPart[]> {
  return Array.fromAsync(parts)
}

/** The text that the parts add up to. */
export function textOf(parts: readonly LlmPart[]): string {
  return parts.map((part) => (part.kind === 'text.delta' ? part.text : '')).join('')
}

function usageOf(parts: readonly LlmPart[]): unknown {
  const end = parts.at(-1)
  return end?.kind === 'ended' ? end.usage : 'no end'
}
