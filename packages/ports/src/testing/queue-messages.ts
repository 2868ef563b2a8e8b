import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { coded, hear, soon } from './queue-scene.ts'
import type { OpenQueue } from './queue-scene.ts'

/** Requests and their replies. */
export function describeRequests(open: OpenQueue): void {
  test('answers a request', async () => {
    await using queue = await open()
    await using _service = await queue.serve('core.renew', async (payload) => ({ got: payload }))
    assert.deepEqual(await queue.request('core.renew', { run: 1 }, soon()), { got: { run: 1 } })
  })

  test('a coded error travels with message and details', async () => {
    await using queue = await open()
    await using _service = await queue.serve('core.claim', async () => {
      throw new CodeForgeError('lease-lost', 'Attempt 2 holds it.', { details: { attempt: 2 } })
    })
    await assert.rejects(queue.request('core.claim', {}, soon()), (error) => {
      assert.ok(error instanceof CodeForgeError)
      assert.deepEqual({ code: error.code, message: error.message, details: error.details }, { code: 'lease-lost', message: 'Attempt 2 holds it.', details: { attempt: 2 } })
      return true
    })
  })

  test('an error without a code does not tell its text', async () => {
    await using queue = await open()
    await using _service = await queue.serve('core.claim', async () => {
      throw new Error('password=secret')
    })
    await assert.rejects(queue.request('core.claim', {}, soon()), (error) => coded('internal')(error) && !String(error).includes('secret'))
  })

  test('a request that nobody answers fails at once, and may be tried again', async () => {
    await using queue = await open()
    await assert.rejects(queue.request('core.claim', {}, soon()), (error) => coded('queue-unavailable')(error) && (error as CodeForgeError).retryable)
  })

  test('a cancelled request ends with the reason of its signal', async () => {
    await using queue = await open()
    const called = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    await using _service = await queue.serve('core.claim', async () => {
      called.resolve()
      await release.promise
    })
    const cancel = new AbortController()
    const answer = queue.request('core.claim', {}, cancel.signal)
    await called.promise
    cancel.abort(new Error('enough'))
    await assert.rejects(answer, /enough/)
    await assert.rejects(queue.request('core.claim', {}, AbortSignal.abort(new Error('before'))), /before/)
    release.resolve()
  })

  test('requests are answered side by side', async () => {
    await using queue = await open()
    await using _service = await queue.serve('core.record', async (payload) => {
      await sleep(payload === 0 ? 50 : 0)
      return payload
    })
    assert.deepEqual(await Promise.all([0, 1, 2, 3].map((number) => queue.request('core.record', number, soon()))), [0, 1, 2, 3])
  })

  test('a service that was disposed answers no more, and is replaced', async () => {
    await using queue = await open()
    const service = await queue.serve('core.renew', async () => 'old')
    await service[Symbol.asyncDispose]()
    await service[Symbol.asyncDispose]()
    await assert.rejects(queue.request('core.renew', {}, soon()), coded('queue-unavailable'))
    await using _service = await queue.serve('core.renew', async () => 'new')
    assert.equal(await queue.request('core.renew', {}, soon()), 'new')
  })

  test('a reply or request that is too large is refused with its code', async () => {
    await using queue = await open()
    await using _service = await queue.serve('core.recall', async () => 'x'.repeat(70_000))
    await assert.rejects(queue.request('core.recall', {}, soon()), coded('payload-too-large'))
    await assert.rejects(queue.request('core.recall', 'x'.repeat(70_000), soon()), coded('payload-too-large'))
  })
}

/** Transient messages. */
export function describeBroadcasts(open: OpenQueue): void {
  test('listeners hear what falls under their subject, in order', async () => {
    await using queue = await open()
    const stop = new AbortController()
    const all = queue.listen('live.>', stop.signal)
    const one = queue.listen('live.a', stop.signal)
    for (const subject of ['live.a', 'live.b', 'control.a', 'live.a.c']) queue.broadcast(subject, { subject })
    queue.broadcast('live.a', 'last')
    assert.deepEqual((await hear(all, 4)).map(({ subject, payload }) => ({ subject, payload })), [
      { subject: 'live.a', payload: { subject: 'live.a' } },
      { subject: 'live.b', payload: { subject: 'live.b' } },
      { subject: 'live.a.c', payload: { subject: 'live.a.c' } },
      { subject: 'live.a', payload: 'last' },
    ])
    assert.deepEqual((await hear(one, 2)).map(({ payload }) => payload), [{ subject: 'live.a' }, 'last'])
    stop.abort()
    assert.deepEqual(await hear(all, 1), [])
  })

  test('a reader that does not read loses the oldest beyond a thousand', async () => {
    await using queue = await open()
    const stop = new AbortController()
    const slow = queue.listen('live.>', stop.signal)
    const fast = queue.listen('live.>', stop.signal)[Symbol.asyncIterator]()
    for (let number = 1; number <= 1_500; number += 1) {
      queue.broadcast('live.a', number)
      await fast.next()
    }
    const heard = await hear(slow, 1_000)
    assert.deepEqual([heard[0]?.payload, heard.at(-1)?.payload], [501, 1_500])
    stop.abort()
  })

  test('an oversized broadcast is refused', async () => {
    await using queue = await open()
    assert.throws(() => queue.broadcast('live.a', 'x'.repeat(70_000)), coded('payload-too-large'))
  })
}
