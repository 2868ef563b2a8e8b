import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSpool } from '@codeforge/agent/facts/spool'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { HoldId, RunId, WorkerId } from '@codeforge/contracts/ids'
import { fakeCoordinator } from '@codeforge/ports/testing/fake-coordinator'
import { manualClock } from '@codeforge/ports/testing/manual-clock'
import { memoryLog } from '@codeforge/ports/testing/memory-log'
import { sequentialIds } from '@codeforge/ports/testing/sequential-ids'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { tellLeftFacts } from './tell-left-facts.ts'

const owner = {
  runId: RunId.parse('00000000-0000-7000-8000-00000000000a'), attempt: 1, workerId: WorkerId.parse('00000000-0000-7000-8000-00000000000b'),
}
const holdId = HoldId.parse('00000000-0000-7000-8000-00000000000c')

test('a worker that goes on tells what its lost attempts spent, as soon as core takes it, and ever more seldom until then', async () => {
  await using directory = await temporaryDirectory('left-facts')
  const spool = await openSpool(directory.path, owner)
  await spool.append([{ ordinal: 7, at: '2026-01-31T00:00:00.000Z', fact: { kind: 'model.failed', turn: 1, model: 'm', code: 'llm-timeout', message: '', willRetry: false, costMicroUsd: 300, holdId } }])
  await spool.close({ remove: false })
  const pauses: number[] = []
  const stopping = new AbortController()
  const clock = {
    ...manualClock(),
    async sleep(milliseconds: number) {
      if (pauses.push(milliseconds) === 5) stopping.abort()
    },
  }
  let asked = 0
  const coordinator = {
    ...fakeCoordinator({ clock, ids: sequentialIds(1) }),
    async record() {
      if ((asked += 1) < 3) throw new CodeForgeError('store-unavailable', 'away')
      return { accepted: 7, command: 'lost' as const }
    },
  }
  await tellLeftFacts({ coordinator, clock, log: memoryLog() }, directory.path, stopping.signal)
  assert.deepEqual([asked, pauses], [3, [15_000, 30_000, 60_000, 15_000, 15_000]])
})
