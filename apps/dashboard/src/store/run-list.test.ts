import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from '@codeforge/contracts/page'
import type { RunSummary } from '@codeforge/contracts/run'
import { mergeRun, noRuns, openRunList } from './run-list.ts'

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

describe('a list of runs that is read while it is told of changes', () => {
  function scene() {
    const reads: PromiseWithResolvers<Page<RunSummary>>[] = []
    const shown = { state: noRuns }
    const list = openRunList({
      read: async () => (reads[reads.push(Promise.withResolvers()) - 1] as PromiseWithResolvers<Page<RunSummary>>).promise,
      belongs: isRunning,
      show: (state) => { shown.state = state },
    })
    const answer = (read: number, items: readonly RunSummary[], nextCursor: string | null = null): void => { reads[read]?.resolve({ items, nextCursor }) }
    return { list, answer, reads, shown: () => shown.state }
  }

  test('keeps what it was told after the page had been read', async () => {
    const { list, answer, shown } = scene()
    const loading = list.load(null)
    list.changed(aRun('a', { sequence: 5 }))
    list.changed(aRun('b', { sequence: 9, status: 'ended' }))
    list.changed(aRun('d'))
    answer(0, [aRun('c'), aRun('b', { sequence: 8 }), aRun('a', { sequence: 4 })])
    await loading
    assert.deepEqual(shown(), { runs: [aRun('d'), aRun('c'), aRun('a', { sequence: 5 })], cursor: null, loading: false, error: null })
  })

  test('shows the list that was asked for last, in whatever order answers come', async () => {
    const { list, answer, shown } = scene()
    const loading = [list.load(null), list.load(null)]
    answer(1, [aRun('b')])
    answer(0, [aRun('a')])
    await Promise.all(loading)
    assert.deepEqual(ids(shown().runs), ['b'])
  })

  test('adds the next page, and says why there is none', async () => {
    const { list, answer, reads, shown } = scene()
    const loading = list.load(null)
    answer(0, [aRun('c')], 'next')
    await loading
    const more = list.load(shown().cursor)
    reads[1]?.reject(new Error('the server is gone'))
    await more
    assert.deepEqual([ids(shown().runs), shown().cursor, shown().error?.message, shown().loading], [['c'], 'next', 'the server is gone', false])
    const again = list.load(shown().cursor)
    answer(2, [aRun('b')])
    await again
    assert.deepEqual([ids(shown().runs), shown().cursor, shown().error], [['c', 'b'], null, null])
  })
})
