import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { loadPart } from './load-part.ts'
import type { Surroundings } from './load-part.ts'

const fails = async (): Promise<string> => { throw new TypeError('Failed to fetch') }

function tab(page: string | null): Surroundings & { readonly reloads: number } {
  let reloads = 0
  return {
    page: async () => page ?? await fails(),
    scripts: () => ['/assets/index-1.js'],
    reload: () => { reloads++ },
    get reloads() { return reloads },
  }
}

test('a part that is there is loaded', async () => {
  assert.equal(await loadPart(async () => 'part', tab(null)), 'part')
})

test('a tab that is older than the server begins anew', async () => {
  const old = tab('<script src="/assets/index-2.js">')
  const outcome = await Promise.race([loadPart(fails, old), nextTurn('waits')])
  assert.deepEqual([outcome, old.reloads], ['waits', 1])
})

test('a tab of the same time, or one whose server is away, says what is wrong and stays', async () => {
  for (const page of ['<script src="/assets/index-1.js">', null]) {
    const same = tab(page)
    await assert.rejects(loadPart(fails, same), { code: 'page-incomplete' })
    assert.equal(same.reloads, 0)
  }
})
