import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOutput, parseReport } from './parse.ts'

const numbers = (text: string) => {
  const report = parseOutput(text)
  return report && [report.passed, report.failed, report.skipped, report.tests?.map(({ name }) => name) ?? null]
}

test('reads what node:test prints for people', () => {
  const text = [
    '✔ top passes (0.7ms)', '▶ suite', '  ✔ inner ok (0.1ms)', '  ✖ inner bad (0.6ms)', '  ﹣ skipped one (0.2ms) # SKIP', '✖ suite (9.9ms)', '✔ todo one (0.1ms) # TODO',
    'ℹ tests 5', 'ℹ suites 1', 'ℹ pass 2', 'ℹ fail 1', 'ℹ cancelled 0', 'ℹ skipped 1', 'ℹ todo 1', '', '✖ failing tests:', '', '✖ inner bad (0.6ms)',
  ].join('\n')
  assert.deepEqual(numbers(text), [2, 1, 2, ['top passes', 'suite > inner ok', 'suite > inner bad', 'suite > skipped one', 'todo one']])
})

test('reads TAP with subtests, skips and a parent whose hook failed', () => {
  const text = ['TAP version 13', '# Subtest: suite', '    ok 1 - a', '    not ok 2 - b', '    ok 3 - c # SKIP', '    1..3', 'not ok 1 - suite', 'ok 2 - d', '1..2', '# fail 1'].join('\n')
  assert.deepEqual(numbers(text), [2, 1, 1, ['suite > a', 'suite > b', 'suite > c', 'd']])
})

test('reads JUnit XML with nested suites', () => {
  const text = '<?xml version="1.0"?><testsuites><testsuite name="s"><testcase name="a" classname="c"/><testsuite name="t"><testcase name="b"><failure/></testcase></testsuite><testcase name="d"><skipped/></testcase></testsuite></testsuites>'
  const report = parseReport(text)
  assert.deepEqual(report && [report.format, report.passed, report.failed, report.skipped], ['junit', 1, 1, 1])
})

test('reads the JSON of jest', () => {
  const text = JSON.stringify({ numTotalTests: 2, numFailedTests: 1, testResults: [{ assertionResults: [{ fullName: 'a', status: 'passed' }, { fullName: 'b', status: 'failed' }] }] })
  assert.deepEqual(numbers(text), [1, 1, 0, ['a', 'b']])
})

const summaries: readonly { readonly runner: string; readonly text: string; readonly expected: readonly [number, number, number] }[] = [
  { runner: 'jest', text: 'Test Suites: 1 failed, 1 total\nTests:       1 failed, 2 skipped, 3 passed, 6 total\n', expected: [3, 1, 2] },
  { runner: 'vitest', text: ' Test Files  1 failed (1)\n      Tests  1 failed | 4 passed | 2 skipped (7)\n', expected: [4, 1, 2] },
  { runner: 'mocha', text: '\n  4 passing (10ms)\n  1 pending\n  2 failing\n', expected: [4, 2, 1] },
  { runner: 'pytest', text: '=== 1 failed, 4 passed, 2 skipped in 0.12s ===\n', expected: [4, 1, 2] },
  { runner: 'pytest that found nothing', text: '=== no tests ran in 0.01s ===\n', expected: [0, 0, 0] },
  { runner: 'unittest', text: 'Ran 5 tests in 0.001s\n\nFAILED (failures=1, skipped=1)\n', expected: [3, 1, 1] },
  { runner: 'go', text: '--- PASS: TestA (0.00s)\n--- FAIL: TestB (0.00s)\n--- SKIP: TestC (0.00s)\nFAIL\nFAIL\tpkg\t0.1s\n', expected: [1, 1, 1] },
  { runner: 'cargo', text: 'test a ... ok\ntest b ... FAILED\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured\n', expected: [1, 1, 0] },
]
for (const { runner, text, expected } of summaries) {
  test(`reads the summary of ${runner}`, () => {
    assert.deepEqual(numbers(text)?.slice(0, 3), expected)
  })
}

test('says nothing where no runner speaks', () => {
  assert.equal(parseOutput('all good\n'), null)
})
