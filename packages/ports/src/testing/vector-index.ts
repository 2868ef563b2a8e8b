import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { VectorIndex } from '../vector-index.ts'

/** A unit vector of two numbers that points so many degrees. */
const at = (degrees: number): Float32Array => Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180))
const open = (): AbortSignal => new AbortController().signal
const entries = (...given: readonly (readonly [string, number])[]) => given.map(([id, degrees]) => ({ id, vector: at(degrees) }))

/** What every VectorIndex must do. Each test opens an empty one. */
export function describeVectorIndexContract(name: string, openIndex: () => Promise<VectorIndex & AsyncDisposable>): void {
  const nearestIds = async (index: VectorIndex, collection: string, degrees: number, top: number) => (await index.nearest(collection, at(degrees), top, open())).map(({ id }) => id)

  describe(`vector-index contract: ${name}`, () => {
    test('finds the nearest first, with their cosines, and no more than asked for', async () => {
      await using index = await openIndex()
      await index.put('c', entries(['far', 120], ['near', 10], ['nearest', 1], ['opposite', 180]), open())
      const found = await index.nearest('c', at(0), 3, open())
      assert.deepEqual(found.map(({ id }) => id), ['nearest', 'near', 'far'])
      const off = found.map(({ score }, place) => Math.abs(score - Math.cos(([1, 10, 120][place]! * Math.PI) / 180)))
      assert.ok(off.every((difference) => difference < 0.02), String(off))
    })

    test('vectors that lie equally near come in the order of their ids', async () => {
      await using index = await openIndex()
      await index.put('c', entries(['b', 30], ['a', 30], ['c', 30]), open())
      assert.deepEqual(await nearestIds(index, 'c', 0, 2), ['a', 'b'])
    })

    test('a vector that comes again replaces the one before', async () => {
      await using index = await openIndex()
      await index.put('c', entries(['one', 5], ['two', 40]), open())
      await index.put('c', entries(['one', 170]), open())
      assert.deepEqual(await nearestIds(index, 'c', 0, 5), ['two', 'one'])
    })

    test('what was removed is found no more, and is absent', async () => {
      await using index = await openIndex()
      await index.put('c', entries(['one', 5], ['two', 40]), open())
      await index.remove('c', ['one', 'never there'], open())
      assert.deepEqual([await nearestIds(index, 'c', 0, 5), await index.absent('c', ['one', 'two', 'three'], open())], [['two'], ['one', 'three']])
    })

    test('collections know nothing of each other, and one that nobody made is empty', async () => {
      await using index = await openIndex()
      await index.put('c', entries(['one', 5]), open())
      await index.put('long', [{ id: 'one', vector: Float32Array.of(0, 0, 1) }], open())
      assert.deepEqual([await nearestIds(index, 'd', 0, 5), await index.absent('d', ['one'], open()), await nearestIds(index, 'c', 0, 5)], [[], ['one'], ['one']])
    })

    test('a vector of another length than its collection is refused, and nothing of its batch is kept', async () => {
      await using index = await openIndex()
      await index.put('c', entries(['one', 5]), open())
      const uneven = [...entries(['two', 6]), { id: 'three', vector: Float32Array.of(0, 0, 1) }]
      const refused = (error: unknown) => error instanceof CodeForgeError && error.code === 'invalid-input'
      await assert.rejects(index.put('c', uneven, open()), refused)
      await assert.rejects(index.nearest('c', Float32Array.of(0, 0, 1), 1, open()), refused)
      assert.deepEqual(await nearestIds(index, 'c', 0, 5), ['one'])
    })

    test('finds the very nearest among thousands', async () => {
      await using index = await openIndex()
      await index.put('c', Array.from({ length: 5000 }, (_, place) => ({ id: String(place).padStart(5, '0'), vector: at(place * 0.07) })), open())
      const [first] = await nearestIds(index, 'c', 200, 1)
      assert.ok(Math.abs(Number(first) * 0.07 - 200) < 2, first)
    })

    test('rejects with the reason of its signal', async () => {
      await using index = await openIndex()
      const reason = new Error('the user said stop')
      await assert.rejects(index.nearest('c', at(0), 1, AbortSignal.abort(reason)), reason)
      await assert.rejects(index.put('c', entries(['one', 1]), AbortSignal.abort(reason)), reason)
    })

    test('can be disposed twice', async () => {
      const index = await openIndex()
      await index[Symbol.asyncDispose]()
      await index[Symbol.asyncDispose]()
    })
  })
}
