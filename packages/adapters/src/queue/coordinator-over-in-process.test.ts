import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { PermitEffectRequest, RenewRequest } from '@codeforge/contracts/coordination'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Coordinator } from '@codeforge/ports/coordinator'
import { remoteCoordinator, serveCoordinator } from '@codeforge/ports/coordinator-over-queue'
import { describeCoordinatorContract, fakeCore } from '@codeforge/ports/testing/coordinator'
import { openInProcessQueue } from './in-process.ts'

const limits = { leaseMs: 30_000, maxDeliveries: 25 }
const quick = { answerMs: 200, firstWaitMs: 5, longestWaitMs: 20 }
const renewal = RenewRequest.parse({ runId: randomUUID(), attempt: 1, workerId: randomUUID() })
const coded = (code: string) => (error: unknown): boolean => error instanceof CodeForgeError && error.code === code

describeCoordinatorContract('direct', async (core: Coordinator) => ({ ...core, [Symbol.asyncDispose]: async () => undefined }))

describeCoordinatorContract('over the in-process queue', async (core) => {
  await using opened = new AsyncDisposableStack()
  const queue = opened.use(openInProcessQueue(limits))
  opened.use(await serveCoordinator(queue, core))
  const disposal = opened.move()
  return { ...remoteCoordinator(queue), [Symbol.asyncDispose]: () => disposal.disposeAsync() }
})

test('asks until somebody answers', async () => {
  await using queue = openInProcessQueue(limits)
  const answer = remoteCoordinator(queue, quick).renew(renewal, AbortSignal.timeout(5_000))
  await using _core = await serveCoordinator(queue, fakeCore())
  assert.deepEqual(await answer, { command: 'lost', leaseMs: 30_000 })
})

test('asks again when an answer was lost or the store was away', async () => {
  let asked = 0
  const queue = {
    async request(_subject: string, _payload: unknown, signal: AbortSignal): Promise<unknown> {
      asked += 1
      if (asked === 1) throw new CodeForgeError('store-unavailable', 'restarting')
      if (asked === 2) return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      return { command: 'go', leaseMs: asked }
    },
  }
  assert.deepEqual(await remoteCoordinator(queue, quick).renew(renewal, AbortSignal.timeout(5_000)), { command: 'go', leaseMs: 3 })
})

test('stops asking with the reason of its signal', async () => {
  await using queue = openInProcessQueue(limits)
  const leave = new AbortController()
  const answer = remoteCoordinator(queue, quick).renew(renewal, leave.signal)
  leave.abort(new Error('the lease is over'))
  await assert.rejects(answer, /the lease is over/)
})

test('a request that does not parse is refused at the edge, with the fields', async () => {
  await using queue = openInProcessQueue(limits)
  await using _core = await serveCoordinator(queue, fakeCore())
  const wrong = { ...renewal, attempt: 'first' }
  await assert.rejects(queue.request('core.renew', wrong, AbortSignal.timeout(5_000)), (error) => {
    assert.ok(coded('invalid-input')(error))
    assert.match(JSON.stringify((error as CodeForgeError).details), /"path":\["attempt"\]/)
    return true
  })
})

test('an answer of another version is an error, not a guess', async () => {
  await using queue = openInProcessQueue(limits)
  await using _core = await queue.serve('core.permitEffect', async () => ({ permitted: 'maybe' }))
  const request = PermitEffectRequest.parse({ runId: randomUUID(), attempt: 1, effect: 'deliver', mode: 'branch', tree: 'x' })
  await assert.rejects(remoteCoordinator(queue, quick).permitEffect(request, AbortSignal.timeout(5_000)), coded('internal'))
})
