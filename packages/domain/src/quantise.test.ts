import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cosine, quantise, unitVector } from './quantise.ts'

const vectors = fc.integer({ min: 1, max: 67 }).chain((length) => fc.tuple(...[0, 1].map(() => fc.float32Array({ minLength: length, maxLength: length, min: -100, max: 100, noNaN: true }))))

test('a cosine of quantised vectors is that of the vectors, as near as half a step allows', () => {
  fc.assert(fc.property(vectors, ([one, other]) => {
    const [query, kept] = [unitVector(one!), unitVector(other!)]
    if (query === undefined || kept === undefined) return
    const { values, scale } = quantise(kept)
    const exact = query.reduce((sum, value, at) => sum + value * (kept[at] ?? 0), 0)
    const bound = (scale / 2) * query.reduce((sum, value) => sum + Math.abs(value), 0) + 1e-5
    assert.ok(Math.abs(cosine(query, values, 0, scale) - exact) <= bound)
  }))
})

test('quantising what was quantised changes nothing', () => {
  const { values, scale } = quantise(unitVector(Float32Array.of(0.3, -0.9, 0.2, 0.01))!)
  const again = quantise(Float32Array.from(values, (value) => value * scale))
  assert.deepEqual(again.values, values)
})

test('what has no direction has no unit vector', () => {
  assert.deepEqual([unitVector(Float32Array.of(0, 0)), unitVector(Float32Array.of(1, Number.NaN)), unitVector(new Float32Array(0))], [undefined, undefined, undefined])
})
