import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RunControl } from '@codeforge/agent/run/control'
import type { Delivery } from '@codeforge/ports/queue'
import { RunId, WorkerId } from '@codeforge/contracts/ids'
import { memoryLog } from '@codeforge/ports/testing/memory-log'
import { takeJobs } from './take-jobs.ts'
import type { WorkerPorts } from './worker-ports.ts'
import { WorkingRuns } from './working-runs.ts'

test('a job that comes again while its run is still held goes back and is not claimed', async () => {
  const stopping = new AbortController()
  const runs = new WorkingRuns()
  const runId = RunId.parse('01a1febf-c035-74e6-a33c-3d8cd768b5ce')
  runs.add(runId, new RunControl(), new Promise(() => undefined))
  const given: string[] = []
  const delivery = { job: { runId }, retry: async (delayMs: number) => { given.push(`back for ${delayMs} ms`) } } as unknown as Delivery
  const ports = {
    log: memoryLog(),
    queue: { consume: async function* () { yield delivery; stopping.abort() } },
    coordinator: { claim: async () => { given.push('claimed') } },
    clock: { sleep: async () => undefined },
  } as unknown as WorkerPorts
  const workerId = WorkerId.parse('01a1febf-bf89-76b7-b1c9-c7bc2b59cd1b')
  await takeJobs(ports, { workerId, version: '1', pools: ['default'], slots: 2, sandboxName: 'none', agent: {} as never, indexDirectory: '', semantic: null }, runs, stopping.signal)
  assert.deepEqual(given, ['back for 5000 ms'])
})
