import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openBeside } from './open-beside.ts'

describe('two things opened beside each other', () => {
  const part = (name: string, closed: string[]) => ({ name, [Symbol.asyncDispose]: async () => { closed.push(name) } })

  test('are both closed with the stack', async () => {
    const closed: string[] = []
    const stack = new AsyncDisposableStack()
    const [one, other] = await openBeside(stack, Promise.resolve(part('one', closed)), Promise.resolve(part('other', closed)))
    await stack.disposeAsync()
    assert.deepEqual([one.name, other.name, closed], ['one', 'other', ['other', 'one']])
  })

  test('leave nothing open where one fails before the other has come', async () => {
    const closed: string[] = []
    const stack = new AsyncDisposableStack()
    const late = new Promise<void>((resolve) => setImmediate(resolve)).then(() => part('late', closed))
    await assert.rejects(openBeside(stack, Promise.reject<AsyncDisposable>(new Error('no store')), late), /no store/)
    await stack.disposeAsync()
    assert.deepEqual(closed, ['late'])
  })
})
