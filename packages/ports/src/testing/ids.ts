import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RunId } from '@codeforge/contracts/ids'
import type { Ids } from '../ids.ts'

/** What every source of ids must do. */
export function describeIdsContract(name: string, open: () => Promise<Ids & AsyncDisposable>): void {
  describe(`ids contract: ${name}`, () => {
    test('gives UUIDs of version 7', async () => {
      await using ids = await open()
      const id = ids.next()
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      assert.equal(RunId.parse(id), id)
    })

    test('never gives the same one twice, and sorts as it gave them', async () => {
      await using ids = await open()
      const given = Array.from({ length: 5000 }, () => ids.next())
      assert.deepEqual(given, [...new Set(given)].sort())
    })

    test('can be disposed twice', async () => {
      const ids = await open()
      await ids[Symbol.asyncDispose]()
      await ids[Symbol.asyncDispose]()
    })
  })
}
