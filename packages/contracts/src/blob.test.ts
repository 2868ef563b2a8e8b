import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arguments, BlobRef, Digest, Text, inlineTextLimit, messageLimit } from './blob.ts'

const digest = 'ab'.repeat(32)
const blob = { kind: 'blob', digest, size: 3, mediaType: 'text/plain', preview: 'abc' }

test('a digest is lower-case hex of SHA-256, so it can become part of a path', () => {
  assert.equal(Digest.parse(digest), digest)
  for (const bad of [digest.toUpperCase(), digest.slice(2), `${digest}\n`, `../${digest.slice(3)}`]) assert.equal(Digest.safeParse(bad).success, false)
})

test('a text travels by value or by address', () => {
  assert.deepEqual([Text.parse('abc'), Text.parse(blob)], ['abc', blob])
  assert.equal(Text.safeParse({ ...blob, extra: 1 }).success, false)
})

test('arguments that only look a little like an address are arguments', () => {
  const lookalike = { kind: 'blob', path: 'a.txt' }
  assert.deepEqual([Arguments.parse(blob), Arguments.parse(lookalike)], [blob, lookalike])
})

test('an address with a full preview fits many times into a message', () => {
  const largest = BlobRef.parse({ ...blob, mediaType: 'x'.repeat(128), preview: '€'.repeat(2048) })
  assert.ok(Buffer.byteLength(JSON.stringify(largest)) * 8 < messageLimit)
  assert.ok(inlineTextLimit * 3 < messageLimit)
})
