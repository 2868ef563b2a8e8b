import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '@codeforge/contracts/message'
import type { HistoryProcessor, HistoryStrategy } from '@codeforge/contracts/mode'
import fc from 'fast-check'
import { applyStrategy, shapeHistory } from './history.ts'

const system: Message = { role: 'system', text: 'rules' }
const task: Message = { role: 'user', text: 'the task' }
const asks = (...ids: string[]): Message => ({ role: 'assistant', text: `calls ${ids.join()}`, toolCalls: ids.map((id) => ({ id, tool: 'read_file', args: { path: `${id}.ts` } })) })
const result = (id: string, text = `content of ${id}`): Message => ({ role: 'tool', callId: id, tool: 'read_file', ok: true, text })
const read = (path: string, id: string, more: Record<string, number> = {}): Message => ({ role: 'assistant', text: '', toolCalls: [{ id, tool: 'read_file', args: { path, ...more } }] })
const conversation = [system, task, asks('a', 'b'), result('a'), result('b'), asks('c'), result('c'), asks('d'), result('d')]
const note = (count: number): Message => ({ role: 'user', text: `(${count} earlier messages of this conversation are left out here.)` })

const texts = fc.string({ maxLength: 200 })
const turn: fc.Arbitrary<Message[]> = fc.oneof(
  texts.map((text): Message[] => [{ role: 'user', text }]),
  fc.tuple(texts, fc.uniqueArray(fc.constantFrom('1', '2', '3'), { maxLength: 3 }), texts).map(([text, ids, seen]): Message[] => [
    { role: 'assistant', text, toolCalls: ids.map((id) => ({ id, tool: 'read_file', args: { path: `${id}.ts` } })) }, ...ids.map((id) => result(id, seen)),
  ]),
)
const conversations = fc.array(turn, { maxLength: 25 }).map((turns) => [system, task, ...turns.flat()])
const strategies: fc.Arbitrary<HistoryStrategy> = fc.oneof(
  fc.constant<HistoryStrategy>({ kind: 'unbounded' }),
  fc.integer({ min: 2, max: 30 }).map((messages): HistoryStrategy => ({ kind: 'buffered', messages })),
  fc.integer({ min: 500, max: 4000 }).map((tokens): HistoryStrategy => ({ kind: 'token-limited', tokens })),
  fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 })).map(([head, tail]): HistoryStrategy => ({ kind: 'head-and-tail', head, tail })),
)
const processors: fc.Arbitrary<HistoryProcessor[]> = fc.subarray<HistoryProcessor>([
  { kind: 'last-observations', keep: 2 }, { kind: 'closed-window' }, { kind: 'remove-regex', patterns: ['a+', '[0-9]'] }, { kind: 'cache-control', last: 2 },
])

/** Every call has its results and every result its call, in one piece. */
function assertWhole(messages: readonly Message[]): void {
  let open: string[] = []
  for (const message of messages) {
    if (message.role === 'tool') {
      assert.ok(open.includes(message.callId), 'a result without its call')
      open = open.filter((id) => id !== message.callId)
      continue
    }
    assert.deepEqual(open, [], 'a call without its result')
    open = message.role === 'assistant' ? message.toolCalls.map(({ id }) => id) : []
  }
  assert.deepEqual(open, [])
}

test('whatever is left out, calls and results stay together, and rules, task and the newest part stay', () => {
  fc.assert(fc.property(conversations, strategies, processors, (messages, strategy, chosen) => {
    const { messages: shaped } = shapeHistory(messages, strategy, chosen)
    assertWhole(shaped)
    assert.deepEqual([shaped[0], shaped[1], shaped.at(-1)?.role], [system, task, messages.at(-1)?.role])
  }), { numRuns: 500 })
})

test('what is left out is counted', () => {
  fc.assert(fc.property(conversations, strategies, (messages, strategy) => {
    const shaped = applyStrategy(messages, strategy)
    const at = shaped.findIndex((message) => typeof message.text === 'string' && /^\(\d+ earlier messages/.test(message.text))
    const omitted = messages.length - (at === -1 ? shaped.length : shaped.length - 1)
    assert.deepEqual(at === -1 ? shaped : shaped[at], at === -1 ? messages : note(omitted))
  }))
})

test('a buffer keeps the newest whole turns that fit', () => {
  assert.deepEqual(applyStrategy(conversation, { kind: 'buffered', messages: 5 }), [system, task, note(3), asks('c'), result('c'), asks('d'), result('d')])
})

test('a turn larger than the buffer is kept all the same', () => {
  const large = [system, task, asks('a'), result('a'), asks('b', 'c'), result('b'), result('c')]
  assert.deepEqual(applyStrategy(large, { kind: 'buffered', messages: 2 }), [system, task, note(2), ...large.slice(4)])
})

test('head and tail keep both ends', () => {
  assert.deepEqual(applyStrategy(conversation, { kind: 'head-and-tail', head: 3, tail: 2 }), [...conversation.slice(0, 5), note(2), asks('d'), result('d')])
})

test('a limit of tokens counts what always stays', () => {
  const long = [system, task, asks('a'), result('a', 'word '.repeat(2000)), asks('b'), result('b')]
  assert.deepEqual(applyStrategy(long, { kind: 'token-limited', tokens: 500 }), [system, task, note(2), asks('b'), result('b')])
})

test('a conversation that fits is sent as it is', () => {
  assert.equal(applyStrategy(conversation, { kind: 'buffered', messages: 50 }), conversation)
})

test('older observations become one line, the newest stay', () => {
  const { messages } = shapeHistory(conversation, { kind: 'unbounded' }, [{ kind: 'last-observations', keep: 3 }])
  const line = '(older output of read_file, succeeded, 1 lines left out; it began: content of a)'
  assert.deepEqual(messages, conversation.map((message, index) => (index === 3 ? { ...message, text: line } : message)))
})

const closed = (path: string) => `(an older view of ${path}; it was read or changed again later)`

test('a view of a file that was read whole again becomes a line', () => {
  const messages = [system, task, read('a.ts', '1'), result('1'), read('a.ts', '1'), result('1')]
  const { messages: shaped } = shapeHistory(messages, { kind: 'unbounded' }, [{ kind: 'closed-window' }])
  assert.deepEqual(shaped, messages.map((message, index) => (index === 3 ? { ...message, text: closed('a.ts') } : message)))
})

test('another part of the same file stays open', () => {
  const messages = [system, task, read('a.ts', '1', { offset: 0 }), result('1'), read('a.ts', '1', { offset: 100 }), result('1')]
  assert.deepEqual(shapeHistory(messages, { kind: 'unbounded' }, [{ kind: 'closed-window' }]).messages, messages)
})

test('a view of a file that was edited since becomes a line', () => {
  const edit: Message = { role: 'assistant', text: '', toolCalls: [{ id: '2', tool: 'edit_file', args: { path: 'a.ts', old: 'a', new: 'b' } }] }
  const edited: Message = { role: 'tool', callId: '2', tool: 'edit_file', ok: true, text: 'edited' }
  const messages = [system, task, read('a.ts', '1'), result('1'), edit, edited]
  const { messages: shaped } = shapeHistory(messages, { kind: 'unbounded' }, [{ kind: 'closed-window' }])
  assert.deepEqual(shaped[3], { ...result('1'), text: closed('a.ts') })
})

test('patterns are removed from replies and observations, never from rules or task', () => {
  const messages: Message[] = [{ role: 'system', text: 'keep x' }, { role: 'user', text: 'keep x' }, { role: 'assistant', text: 'drop x', toolCalls: [] }]
  const { messages: shaped } = shapeHistory(messages, { kind: 'unbounded' }, [{ kind: 'remove-regex', patterns: ['x'] }])
  assert.deepEqual(shaped.map(({ text }) => text), ['keep x', 'keep x', 'drop '])
})

test('the cache is marked on the last messages that are sent', () => {
  assert.deepEqual(shapeHistory(conversation, { kind: 'unbounded' }, [{ kind: 'cache-control', last: 2 }]).cacheMarks, [7, 8])
})

test('what was recorded is never changed', () => {
  fc.assert(fc.property(conversations, strategies, processors, (messages, strategy, chosen) => {
    const before = structuredClone(messages)
    shapeHistory(messages, strategy, chosen)
    assert.deepEqual(messages, before)
  }))
})
