import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMet, median, percentile, summarise } from './statistics.ts'

test('the median of an odd number is the one in the middle, of an even number the mean of two', () => {
  assert.deepEqual([median([9, 1, 5]), median([4, 1, 3, 2]), median([7])], [5, 2.5, 7])
})

test('there is no median of nothing, rather than a zero that would meet every mark', () => {
  assert.ok(Number.isNaN(median([])))
  assert.equal(isMet([{ of: 'ours', is: 'at most', value: 5 }], { ours: NaN, ratio: NaN }), false)
})

test('a percentile is a figure that was measured', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  assert.deepEqual([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile(hundred, 1), percentile([3], 0.01)], [50, 99, 100, 3])
})

test('the ratio is taken within each pair, so a slow moment of the machine counts for neither side', () => {
  const pairs = [[1, 2], [10, 20], [1, 2], [3, 2]].map(([ours, baseline]) => ({ ours: { row: ours! }, baseline: { row: baseline! } }))
  const { ours, baseline, ratio } = summarise('row', pairs)
  assert.deepEqual({ ours, baseline, ratio }, { ours: 2, baseline: 2, ratio: 0.5 })
})

test('a measurement that forgot a row is an error that names the row', () => {
  assert.throws(() => summarise('speed', [{ ours: { speed: 1 }, baseline: { size: 1 } }]), /'speed'.*size/)
})

test('every mark must hold: an absolute one and one against the baseline', () => {
  const marks = [{ of: 'ours', is: 'at most', value: 5 }, { of: 'ratio', is: 'at least', value: 2 }] as const
  const cases = [{ ours: 5, ratio: 2 }, { ours: 5.1, ratio: 2 }, { ours: 5, ratio: 1.9 }]
  assert.deepEqual(cases.map((summary) => isMet(marks, summary)), [true, false, false])
  assert.equal(isMet([], { ours: 1, ratio: 1 }), null)
})
