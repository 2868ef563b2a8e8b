import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeVectorIndexContract } from '@codeforge/ports/testing/vector-index'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { sqliteVectorIndex } from './sqlite.ts'

async function openFresh() {
  const folder = await temporaryDirectory('vectors')
  const index = await sqliteVectorIndex.open({ file: join(folder.path, 'deep', 'vectors.sqlite') })
  return {
    ...index,
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describeVectorIndexContract('sqlite', openFresh)

test('vectors are still there when the file is opened again, also by two at once', async () => {
  await using folder = await temporaryDirectory('vectors')
  const file = join(folder.path, 'vectors.sqlite')
  const signal = AbortSignal.timeout(10_000)
  await using one = await sqliteVectorIndex.open({ file })
  await one.put('c', [{ id: 'a', vector: Float32Array.of(1, 0) }], signal)
  await using other = await sqliteVectorIndex.open({ file })
  await other.put('c', [{ id: 'b', vector: Float32Array.of(0, 1) }], signal)
  assert.deepEqual((await one.nearest('c', Float32Array.of(0, 1), 2, signal)).map(({ id }) => id), ['b', 'a'])
})
