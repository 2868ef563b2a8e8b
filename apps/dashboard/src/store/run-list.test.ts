import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RunSummary } from '@codeforge/contracts/run'
import { mergeRun } from './run-list.ts'

function aRun(id: string, changes: Partial<RunSummary> = {}): RunSummary {
  return { id, status: 'running', sequence: 1, ...changes } as RunSummary
}
const always = (): boolean => true
const isRunning = ({ status }: RunSummary): boolean => status === 'running'
const ids = (runs: readonly RunSummary[]): string[] => runs.map(({ id }) => id)

describe('a list of runs', () => {
  test('takes a new run in the order of creation, newest first', () => {
    assert.deepEqual(ids(mergeRun([aRun('c'), aRun('a')], aRun('b'), always)), ['c', 'b', 'a'])
    assert.deepEqual(ids(mergeRun([aRun('c')], aRun('d'), always)), ['d', 'c'])
    assert.deepEqual(ids(mergeRun([], aRun('a'), always)), ['a'])
  })

  test('takes the newer state of a run it has, and not an older one', () => {
    const older = aRun('a', { sequence: 4 })
    const newer = aRun('a', { sequence: 5 })
    assert.deepEqual(mergeRun([older], newer, always), [newer])
    assert.deepEqual(mergeRun([newer], older, always), [newer])
  })

  test('lets a run go that no longer belongs, and takes none that does not', () => {
    assert.deepEqual(mergeRun([aRun('a')], aRun('a', { status: 'ended', sequence: 2 }), isRunning), [])
    assert.deepEqual(mergeRun([], aRun('a', { status: 'ended' }), isRunning), [])
  })
})
