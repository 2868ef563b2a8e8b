import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RunControl } from '@codeforge/agent/run/control'
import type { RenewReply } from '@codeforge/contracts/coordination'
import { RunId, WorkerId } from '@codeforge/contracts/ids'
import type { Delivery } from '@codeforge/ports/queue'
import { manualClock } from '@codeforge/ports/testing/manual-clock'
import { memoryLog } from '@codeforge/ports/testing/memory-log'
import { keepLease } from './keep-lease.ts'

const runId = RunId.parse('00000000-0000-7000-8000-00000000000a')
const workerId = WorkerId.parse('00000000-0000-7000-8000-00000000000b')

function aScene(renew: () => Promise<RenewReply>, leaseMs = 30_000) {
  const clock = manualClock()
  const control = new RunControl()
  const done = new AbortController()
  const bells: (() => void)[] = []
  let renewals = 0
  let extended = 0
  const queue = {
    async *listen(_subject: string, signal: AbortSignal) {
      while (!signal.aborted) {
        await new Promise<void>((resolve) => {
          bells.push(resolve)
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
        if (!signal.aborted) yield { subject: `control.${runId}`, payload: {} }
      }
    },
  }
  const coordinator = { renew: () => ((renewals += 1), renew()) }
  const delivery = { working: async () => void (extended += 1) } as unknown as Delivery
  const lease = { runId, attempt: 1, workerId, leaseMs, asked: clock.monotonic(), delivery }
  const kept = keepLease({ coordinator, clock, queue, log: memoryLog() } as unknown as Parameters<typeof keepLease>[0], lease, control, done.signal)
  return { clock, control, kept, counts: () => ({ renewals, extended }), ring: () => bells.splice(0).forEach((bell) => bell()), end: async () => { done.abort(); await kept } }
}

test('asks once more when core had something to say while it was asked', async () => {
  const answers = [Promise.withResolvers<RenewReply>(), Promise.withResolvers<RenewReply>()]
  let asked = 0
  const scene = aScene(async () => (answers[asked++] ?? Promise.withResolvers<RenewReply>()).promise)
  await scene.clock.advance(1000)
  scene.ring()
  await scene.clock.advance(1)
  answers[0]?.resolve({ command: 'go', leaseMs: 30_000 })
  answers[1]?.resolve({ command: 'cancel', leaseMs: 30_000 })
  await scene.clock.advance(1)
  assert.deepEqual([asked >= 2, scene.control.signal.aborted], [true, true])
  await scene.end()
})

test('soon learns what core said before anybody listened', async () => {
  const scene = aScene(async () => ({ command: 'cancel', leaseMs: 30_000 }))
  await scene.clock.advance(1000)
  assert.equal(scene.control.signal.aborted, true)
  await scene.end()
})

test('renews at a third of the lease and extends the message with it', async () => {
  const scene = aScene(async () => ({ command: 'go', leaseMs: 30_000 }))
  await scene.clock.advance(60_000)
  assert.deepEqual([scene.counts(), scene.control.signal.aborted], [{ renewals: 6, extended: 6 }, false])
  await scene.end()
})

test('renews a lease whose third is no whole number of milliseconds', async () => {
  const scene = aScene(async () => ({ command: 'go', leaseMs: 20_000 }), 20_000)
  await scene.clock.advance(60_000)
  assert.deepEqual([scene.counts().extended >= 8, scene.control.signal.aborted], [true, false])
  await scene.end()
})

test('kills the run before the lease ends when core is out of reach', async () => {
  const scene = aScene(async () => {
    throw new Error('away')
  })
  await scene.clock.advance(26_900)
  assert.equal(scene.control.signal.aborted, false)
  await scene.clock.advance(200)
  assert.deepEqual([scene.control.signal.aborted, scene.control.lost.aborted], [true, true])
  await scene.end()
})

test('renews at once when core has something to say, and obeys it', async () => {
  const scene = aScene(async () => ({ command: 'cancel', leaseMs: 30_000 }))
  await scene.clock.advance(1)
  scene.ring()
  await scene.clock.advance(1)
  await scene.clock.advance(1)
  assert.deepEqual([scene.control.signal.aborted, scene.control.lost.aborted], [true, false])
  await scene.end()
})
