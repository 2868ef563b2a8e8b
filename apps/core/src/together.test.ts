import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { attempted, together } from './together.ts'
import type { Outcome, TogetherOptions } from './together.ts'

/** Doubles numbers when it is let go; remembers what came together. */
function aScene(options: TogetherOptions<number> = { most: 3, batches: 1 }, work = async (items: readonly number[]): Promise<readonly Outcome<number>[]> => items.map((item) => ({ kind: 'done', result: item * 2 }))) {
  const batches: (readonly number[])[] = []
  const gates: PromiseWithResolvers<void>[] = []
  const double = together<number, number>(options, async (items) => {
    batches.push(items)
    const gate = Promise.withResolvers<void>()
    gates.push(gate)
    await gate.promise
    return work(items)
  })
  const turn = async (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })
  const letGo = async (): Promise<void> => {
    gates.shift()?.resolve()
    await turn()
    await turn()
  }
  return { batches, double, letGo, turn }
}

test('what comes while a batch is under way goes together in the next, so many at most', async () => {
  const { batches, double, letGo, turn } = aScene()
  const first = double(1)
  await turn()
  const others = [2, 3, 4, 5].map(double)
  await letGo()
  await letGo()
  await letGo()
  assert.deepEqual([await first, await Promise.all(others), batches], [2, [4, 6, 8, 10], [[1], [2, 3, 4], [5]]])
})

test('several batches may be under way', async () => {
  const { batches, double, letGo, turn } = aScene({ most: 2, batches: 2 })
  const all = [1, 2, 3, 4, 5].map(double)
  await turn()
  assert.deepEqual(batches, [[1, 2], [3, 4]])
  for (let count = 0; count < 3; count += 1) await letGo()
  assert.deepEqual(await Promise.all(all), [2, 4, 6, 8, 10])
})

test('a batch weighs so much at most, and one item that weighs more goes alone', async () => {
  const { batches, double, letGo, turn } = aScene({ most: 3, batches: 2, weight: { most: 5, of: (item) => item } })
  const all = [2, 3, 1, 9, 1, 1, 1, 1].map(double)
  await turn()
  assert.deepEqual(batches, [[2, 3], [1]])
  await letGo()
  await letGo()
  assert.deepEqual(batches.slice(2), [[9], [1, 1, 1]])
  await letGo()
  assert.deepEqual(batches[4], [1])
  await letGo()
  await letGo()
  assert.deepEqual(await Promise.all(all), [4, 6, 2, 18, 2, 2, 2, 2])
})

test('one that is refused does not harm the others', async () => {
  const { double, letGo, turn } = aScene(undefined, async (items) => items.map((item) => (item === 2 ? { kind: 'refused', error: new Error('two') } : { kind: 'done', result: item })))
  const all = Promise.allSettled([1, 2, 3].map(double))
  await turn()
  await letGo()
  assert.deepEqual((await all).map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled'])
})

test('of a batch that fails altogether each is done alone, unless the store is away', async () => {
  for (const [code, expected] of [['conflict', ['fulfilled', 'rejected', 'fulfilled']], ['store-unavailable', ['rejected', 'rejected', 'rejected']]] as const) {
    const { batches, double, letGo, turn } = aScene(undefined, async (items) => {
      if (items.includes(2)) throw new CodeForgeError(code, 'no')
      return items.map((item) => ({ kind: 'done', result: item }))
    })
    const all = Promise.allSettled([1, 2, 3].map(double))
    await turn()
    for (let count = 0; count < 4; count += 1) await letGo()
    assert.deepEqual((await all).map(({ status }) => status), expected)
    assert.equal(batches.length, code === 'conflict' ? 4 : 1)
  }
})

test('what is thrown is an outcome', async () => {
  const error = new Error('no')
  assert.deepEqual(await attempted(async () => { throw error }), { kind: 'refused', error })
})
