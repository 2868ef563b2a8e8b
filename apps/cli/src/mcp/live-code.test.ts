import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CodeSearch } from '@codeforge/context/search/code-search'
import { liveCode } from './live-code.ts'

/** Code whose looks at the files end when they are told to. */
function heldLooks() {
  const looks: PromiseWithResolvers<{ exact: boolean }>[] = []
  const refresh = async (): Promise<{ exact: boolean }> => {
    const look = Promise.withResolvers<{ exact: boolean }>()
    looks.push(look)
    return look.promise
  }
  return { looks, live: liveCode('/', { refresh } as unknown as CodeSearch, new AbortController().signal) } // it only looks
}

const settle = async (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

describe('live code', () => {
  it('answers from a look at the files that began after the question, which all that wait share', async () => {
    const { looks, live } = heldLooks()
    const answered: string[] = []
    const ask = (name: string): void => void live.code().then(({ exact }) => answered.push(exact ? name : `${name}, quickly`), () => answered.push(`${name} failed`))
    ask('first')
    ask('second')
    ask('third')
    await settle()
    assert.equal(looks.length, 1)
    looks[0]?.resolve({ exact: false })
    await settle()
    assert.deepEqual([answered, looks.length], [['first, quickly'], 2])
    looks[1]?.reject(new Error('gone'))
    await settle()
    assert.deepEqual(answered, ['first, quickly', 'second failed', 'third failed'])
    ask('fourth')
    await settle()
    looks[2]?.resolve({ exact: true })
    await settle()
    assert.deepEqual([answered.at(-1), looks.length], ['fourth', 3])
  })
})
