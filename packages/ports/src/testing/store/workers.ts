import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { AnnounceRequest } from '@codeforge/contracts/coordination'
import { after, newId, noon } from './builders.ts'
import type { StoreTest } from './subject.ts'

const aWorker = (change: Partial<AnnounceRequest> = {}): AnnounceRequest =>
  ({ workerId: newId.worker(), pools: ['default'], slots: 4, busy: 0, sandbox: 'bubblewrap', version: '0.1.0', stopping: false, ...change })

export function describeWorkers(test: StoreTest): void {
  describe('workers', () => {
    test('a worker is new at its first announcement, and known with the last one', async ({ workers }) => {
      const worker = aWorker()
      assert.equal(await workers.announce(worker, noon), true)
      assert.equal(await workers.announce({ ...worker, busy: 3 }, after(5)), false)
      assert.deepEqual(await workers.alive(noon), [{ ...worker, busy: 3, startedAt: noon, seenAt: after(5) }])
    })

    test('workers that fell silent or were forgotten are not alive', async ({ workers }) => {
      const [silent, forgotten, alive] = [aWorker(), aWorker(), aWorker()]
      await workers.announce(silent, noon)
      await workers.announce(forgotten, after(10))
      await workers.announce(alive, after(10))
      assert.deepEqual([await workers.forget(forgotten.workerId), await workers.forget(forgotten.workerId)], [true, false])
      assert.deepEqual((await workers.alive(after(10))).map(({ workerId }) => workerId), [alive.workerId])
      assert.equal(await workers.announce(forgotten, after(20)), true)
    })

    test('a worker that was seen in the future was seen now, where the clock was set back', async ({ workers }) => {
      await workers.announce(aWorker(), after(3600))
      await workers.seenBy(after(5))
      assert.deepEqual((await workers.alive(noon)).map(({ seenAt }) => seenAt), [after(5)])
    })
  })
}

export function describeSettings(test: StoreTest): void {
  describe('settings', () => {
    test('a setting has the value that was set last', async ({ settings }) => {
      assert.equal(await settings.get('demonstration'), null)
      await settings.set('demonstration', 'begun')
      await settings.set('demonstration', 'shown')
      assert.equal(await settings.get('demonstration'), 'shown')
    })
  })
}
