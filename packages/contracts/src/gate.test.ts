import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GateSpec } from './gate.ts'

test('a gate of a phase that nothing looks at is refused, not run at another time', () => {
  const gate = { name: 'test', command: 'npm test' }
  assert.equal(GateSpec.parse(gate).phase, 'run_end')
  assert.equal(GateSpec.safeParse({ ...gate, phase: 'pre_deploy' }).success, false)
})
