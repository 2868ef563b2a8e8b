import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearness } from './nearness.ts'

const none = -2

test('the nearest file counts most, an average one nothing, one without a vector nothing', () => {
  const fileOfChunk = Uint32Array.of(0, 0, 1, 2, 3)
  const { chunks, files } = nearness(Float32Array.of(0.1, 0.5, 0.25, 0.3, none), { fileOfChunk, body: { documents: 4 } })
  assert.deepEqual(
    [...files].map((value) => Math.round(value * 100)),
    [100, 0, 0, 0],
  )
  assert.deepEqual(
    [...chunks].map((value) => Math.round(value * 100)),
    [0, 100, 0, 0, 0],
  )
})

test('where everything is equally near, or nothing has a vector, nearness says nothing', () => {
  const index = { fileOfChunk: Uint32Array.of(0, 1), body: { documents: 2 } }
  assert.deepEqual([...nearness(Float32Array.of(0.4, 0.4), index).files], [0, 0])
  assert.deepEqual([...nearness(Float32Array.of(none, none), index).files], [0, 0])
})

test('of many files only the hundred nearest are near', () => {
  const documents = 1000
  const cosines = Float32Array.from({ length: documents }, (_, file) => file / documents)
  const { files } = nearness(cosines, { fileOfChunk: Uint32Array.from(cosines.keys()), body: { documents } })
  assert.equal(files.filter((value) => value > 0).length, 99)
})
