import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunEventData } from '@codeforge/contracts/event'
import { HoldId } from '@codeforge/contracts/ids'
import pc from 'picocolors'
import { endLine } from './end-line.ts'

const plain = pc.createColors(false)

test('the log of a run ends with how it ended, and why', () => {
  const events: readonly RunEventData[] = [
    { kind: 'run.failed', outcome: 'budget', code: 'budget-exhausted', message: 'The budget of the run\nis used up.' },
    { kind: 'run.cancelled', reason: 'enough' },
    { kind: 'spend.booked', attempt: 1, holdId: HoldId.parse('00000000-0000-7000-8000-00000000000c'), costMicroUsd: 5 },
  ]
  assert.deepEqual(events.map((event) => endLine(event, plain)), ['✖ stopped: the budget is used up: The budget of the run is used up.', '✖ cancelled', null])
})
