import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RunId } from '@codeforge/contracts/ids'
import { WorkingRuns } from './working-runs.ts'

test('an attempt begins once in a process, and a later one of the same run begins anew', () => {
  const runs = new WorkingRuns()
  const runId = RunId.parse('01a1febf-c035-74e6-a33c-3d8cd768b5ce')
  const begun = [1, 1, 2, 1, 3].map((attempt) => runs.begins(runId, attempt))
  assert.deepEqual(begun, [true, false, true, false, true])
})
