import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Batch } from './batch.ts'

/** Reads unmasked text frames, as a client would. */
function textsOf(bytes: Buffer): string[] {
  const texts: string[] = []
  for (let start = 0; start < bytes.length;) {
    assert.equal(bytes[start], 0x81)
    const short = bytes[start + 1] ?? 0
    const [size, length] = short < 126 ? [2, short] : short === 126 ? [4, bytes.readUInt16BE(start + 2)] : [10, Number(bytes.readBigUInt64BE(start + 2))]
    texts.push(bytes.subarray(start + size, start + size + length).toString('utf8'))
    start += size + length
  }
  return texts
}

test('messages of any length become one frame each, in order', () => {
  const texts = ['', 'x'.repeat(125), 'x'.repeat(126), 'ü'.repeat(40_000), 'y'.repeat(65_535), 'y'.repeat(65_536)]
  assert.deepEqual(textsOf(Batch.of(...texts).socketBytes), texts)
})

test('events carry their sequence over server-sent events, and the last one counts', () => {
  const batch = new Batch([{ text: '{"a":1}', sequence: 3 }, { text: '{}' }])
  assert.equal(batch.eventText, 'id: 3\ndata: {"a":1}\n\ndata: {}\n\n')
  assert.deepEqual([batch.last(1), Batch.of('{}').last(1)], [3, 1])
})

test('bytes are made once', () => {
  const batch = Batch.of('one', 'two')
  assert.equal(batch.socketBytes, batch.socketBytes)
})
