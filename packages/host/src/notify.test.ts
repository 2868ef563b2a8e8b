import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openInProcessQueue } from '@codeforge/adapters/queue/in-process'
import { RunId } from '@codeforge/contracts/ids'
import { eventsSubject } from '@codeforge/contracts/stream-hint'
import { memoryLog } from '@codeforge/ports/testing/memory-log'
import type { Store } from '@codeforge/ports/store/store'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { startNotifier } from './notify.ts'

const id = RunId.parse('01980000-0000-7000-8000-000000000001')

test('a run that ended while the store was away is told all the same', async () => {
  await using folder = await temporaryDirectory('notify')
  const file = join(folder.path, 'told')
  await using queue = openInProcessQueue({ leaseMs: 30_000, maxDeliveries: 25 })
  let asked = 0
  const get = async () => {
    asked += 1
    if (asked < 3) throw new Error('the store is away')
    return { view: { id } }
  }
  const clock = { sleep: async () => undefined }
  const store = { runs: { get } } as unknown as Store // a notifier asks for runs alone
  await using _notifier = startNotifier({ store, queue, clock, log: memoryLog() }, ['/bin/sh', '-c', `cat >'${file}.part' && mv '${file}.part' '${file}'`])
  queue.broadcast(eventsSubject(`run.${id}`), { sequence: 9, projectId: id, status: 'ended' })
  const signal = AbortSignal.timeout(20_000)
  for (;;) {
    const told = await readFile(file, 'utf8').catch(() => null)
    if (told !== null) return assert.deepEqual([JSON.parse(told), asked], [{ id }, 3])
    await pause(10, undefined, { signal })
  }
})
