import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { kyselyPool } from './pool.ts'

/** A pool of one connection whose statements fail with these SQL states, one after the other. */
function failing(...states: readonly string[]): pg.Pool {
  const left = [...states]
  const client = { query: async () => { throw Object.assign(new Error('refused'), { code: left.shift() }) }, release: () => undefined }
  return Object.assign(new pg.Pool(), { connect: async () => client })
}

test('a statement behind one that failed says why that one did, whichever is heard first', async () => {
  const client = await kyselyPool(failing('53100', '25P02', '23505', '25P02'), { prepare: false }).connect()
  const code = async (): Promise<unknown> => client.query('select 1', []).then(() => null, (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error))
  assert.deepEqual([await code(), await code(), await code(), await code()], ['disk-full', 'disk-full', 'conflict', 'conflict'])
})
