import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Digest } from '@codeforge/contracts/blob'
import fc from 'fast-check'
import { estimateMessageTokens, estimateTokens, estimateToolTokens } from './tokens.ts'

test('a longer text never costs less', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, more) => {
    assert.ok(estimateTokens(text + more) >= estimateTokens(text))
  }), { numRuns: 500 })
})

test('nothing costs nothing', () => {
  assert.equal(estimateTokens(''), 0)
})

// In the public cl100k_base vocabulary the sentence takes ten tokens, digits go by three, and a common word is one.
const measured = [
  { what: 'prose', text: 'The quick brown fox jumps over the lazy dog. '.repeat(20), tokens: 201 },
  { what: 'digits', text: '1234567890'.repeat(30), tokens: 100 },
  { what: 'one word', text: 'hello', tokens: 1 },
]
for (const { what, text, tokens } of measured) {
  test(`${what} is not estimated far below what a real vocabulary makes of it`, () => {
    assert.ok(estimateTokens(text) >= tokens * 0.8, `${estimateTokens(text)} for ${tokens}`)
  })
}

test('text outside ASCII costs more than a token for each sign', () => {
  assert.ok(estimateTokens('漢字'.repeat(50)) >= 100)
})

test('a hex digest costs at least a token for every three characters', () => {
  assert.ok(estimateTokens('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08') >= 21)
})

test('framing and calls of messages count', () => {
  const bare = estimateMessageTokens([{ role: 'assistant', text: 'ok', toolCalls: [] }])
  const calling = estimateMessageTokens([{ role: 'assistant', text: 'ok', toolCalls: [{ id: 'a', tool: 'read_file', args: { path: 'src/main.ts' } }] }])
  assert.ok(bare > estimateTokens('ok') && calling > bare + 6)
})

test('a text in the artifact store is taken by its size, not by its preview', () => {
  const text = { kind: 'blob' as const, digest: Digest.parse('0'.repeat(64)), size: 25_000, mediaType: 'text/plain', preview: 'short' }
  assert.equal(estimateMessageTokens([{ role: 'user', text }]), 10_006)
})

test('tools count by their definition', () => {
  assert.ok(estimateToolTokens([{ name: 'read_file', description: 'Reads a file.' }]) > estimateToolTokens([{ name: 'a' }]))
})
