import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolCall } from '@codeforge/contracts/message'
import fc from 'fast-check'
import { ToolCallAssembler } from './tool-calls.ts'
import type { WireToolCall } from './wire-chunk.ts'

function assembled(pieces: readonly WireToolCall[]) {
  const assembler = new ToolCallAssembler()
  for (const piece of pieces) assembler.add(piece)
  return assembler.finish(7)
}

test('calls come out as they went in, however they were cut and mixed', () => {
  const args = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue() as fc.Arbitrary<string | number>, { noNullPrototype: true })
  const calls = fc.array(fc.record({ tool: fc.constantFrom('read', 'write', 'shell'), args }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(calls, fc.integer({ min: 1, max: 9 }), (wanted, size) => {
      const queues = wanted.map(({ tool, args }, index): WireToolCall[] => {
        const pieces = JSON.stringify(args).match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
        return [{ index, id: `id-${index}`, function: { name: tool, arguments: '' } }, ...pieces.map((piece) => ({ index, function: { arguments: piece } }))]
      })
      const mixed = Array.from({ length: Math.max(...queues.map((queue) => queue.length)) }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1))).flat()
      assert.deepEqual(assembled(mixed), wanted.map(({ tool, args }, index) => ({ kind: 'toolcall', call: { id: `id-${index}`, tool, args: JSON.parse(JSON.stringify(args)) as unknown } })))
    }),
    { numRuns: 200 },
  )
})

test('arguments within arguments without end are invalid ones', () => {
  const nested = (levels: number) => assembled([{ index: 0, id: 'a', function: { name: 'read', arguments: `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}` } }])[0]
  assert.deepEqual([10, 63, 64, 100_000].map((levels) => nested(levels)?.invalid !== undefined), [false, false, true, true])
})

test('a reply that calls tools without end is none', () => {
  const many = (count: number) => assembled(Array.from({ length: count }, (_, index) => ({ index, id: `id-${index}`, function: { name: 'read', arguments: '{}' } })))
  assert.equal(many(256).length, 256)
  assert.throws(() => many(257), { code: 'llm-invalid-reply', message: /more than 256 calls/ })
})

test('whatever a server sends, every call fits the contract and has an id of its own', () => {
  const piece = fc.record(
    { index: fc.option(fc.nat(3)), id: fc.option(fc.string({ maxLength: 300 })), function: fc.record({ name: fc.option(fc.string()), arguments: fc.option(fc.string()) }) },
    { requiredKeys: [] },
  ) as fc.Arbitrary<WireToolCall>
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const parts = assembled(pieces)
      for (const { call } of parts) ToolCall.parse(call)
      assert.equal(new Set(parts.map(({ call }) => call.id)).size, parts.length)
    }),
    { numRuns: 300 },
  )
})

test('a server that repeats the id with every piece means one call; one that repeats ids between calls gets new ones', () => {
  const pieces = [
    { index: 0, id: 'same', function: { name: 'read', arguments: '{"a"' } },
    { index: 0, id: 'same', function: { name: 'read', arguments: ':1}' } },
    { index: 1, id: 'same', function: { name: 'read', arguments: '' } },
  ]
  assert.deepEqual(assembled(pieces).map(({ call }) => call), [{ id: 'same', tool: 'read', args: { a: 1 } }, { id: 'same_2', tool: 'read', args: {} }])
})

test('arguments that are no object are invalid: lists, texts, halves, and an address in the artifact store', () => {
  const address = JSON.stringify({ kind: 'blob', digest: 'a'.repeat(64), size: 1, mediaType: 'text/plain' })
  for (const json of ['[1]', '"text"', '{"half":', '7', address]) {
    assert.deepEqual(assembled([{ index: 0, id: 'x', function: { name: 'read', arguments: json } }]), [{ kind: 'toolcall', call: { id: 'x', tool: 'read', args: {} }, invalid: json }])
  }
})

test('a call without a name is invalid', () => {
  assert.deepEqual(assembled([{ index: 0, function: { arguments: '{}' } }]), [{ kind: 'toolcall', call: { id: 'call_7_1', tool: 'unnamed', args: {} }, invalid: '{}' }])
})
