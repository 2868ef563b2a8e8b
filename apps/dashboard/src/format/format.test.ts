import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { GateSpec } from '@codeforge/contracts/gate'
import { ansiPieces } from './ansi-text.ts'
import { callArguments, callSummary } from './call-summary.ts'
import { gatesOf, keptGates } from './gates.ts'
import { matcherWords } from './matcher.ts'
import { splitContext } from './task-text.ts'
import { deliveries } from './deliveries.ts'
import { limitWords } from './limits.ts'
import { parsePatch } from './patch.ts'
import { prosePieces } from './prose-pieces.ts'
import { bytes, compact, money, plural } from './quantity.ts'
import { duration, relative, workedFor } from './time.ts'
import { modelName, stateOf, titleOf } from './words.ts'

describe('quantities', () => {
  test('money has the digits that tell something', () => {
    assert.deepEqual([0, 12, 1234, 250_000, 12_345_678].map(money), ['$0', '<$0.0001', '$0.0012', '$0.25', '$12.35'])
  })
  test('counts and bytes are short', () => {
    assert.deepEqual([999, 1200, 34_000, 999_600, 5_600_000].map(compact), ['999', '1.2k', '34k', '1M', '5.6M'])
    assert.deepEqual([17, 1023, 1536, 20 * 1024 ** 3].map(bytes), ['17 B', '1 KB', '1.5 KB', '20 GB'])
    assert.deepEqual([plural(1, 'file'), plural(2, 'file')], ['1 file', '2 files'])
  })
})

test('a form offers no pull request, which core refuses so far', () => {
  assert.deepEqual(deliveries, ['none', 'patch', 'commit-local', 'branch'])
})

describe('limits', () => {
  test('are told in words, and only those there are', () => {
    assert.equal(limitWords({ memoryMb: 4096, pids: 512, commandSeconds: 300, cpuSeconds: 60 }), '4 GB of memory, 512 processes, 5 min a command, 1 min of processor time a process')
    assert.equal(limitWords({}), '')
  })
})

describe('times', () => {
  test('a duration is in its two largest units', () => {
    assert.deepEqual([840, 1200, 12_400, 185_000, 7_800_000, 90_000_000].map(duration), ['840 ms', '1.2 s', '12 s', '3 min 5 s', '2 h 10 min', '1 d 1 h'])
  })
  test('a moment is told by its distance', () => {
    const now = Date.parse('2026-01-01T12:00:00Z')
    assert.deepEqual(['2026-01-01T11:59:58Z', '2026-01-01T11:55:00Z', '2026-01-02T12:00:00Z'].map((at) => relative(at, now)), ['just now', '5 min ago', 'in 1 d'])
  })
  test('a run that has not started has worked for no time', () => {
    assert.equal(workedFor({ startedAt: null, endedAt: null }, 5), null)
    assert.equal(workedFor({ startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:02Z' }, 0), 2000)
  })
})

describe('words', () => {
  test('an outcome tells more than that a run ended', () => {
    assert.deepEqual(stateOf({ status: 'ended', outcome: 'gate-failed' }).text, 'Gate failed')
    assert.deepEqual(stateOf({ status: 'waiting', outcome: null }), { text: 'Waiting for an answer', tone: 'warning' })
  })
  test('a recorded conversation never passes for a model', () => {
    assert.equal(modelName({ model: 'gpt', scripted: true }), 'scripted model (recorded conversation)')
    assert.equal(modelName({ model: 'gpt', scripted: false }), 'gpt')
  })
  test('a prompt is titled by its first line', () => {
    assert.deepEqual([titleOf('\n Fix it\nplease'), titleOf(' ')], ['Fix it', 'Untitled'])
  })
})

describe('tool calls', () => {
  test('are summed up by their most telling argument', () => {
    assert.equal(callSummary({ id: '1', tool: 'shell', args: { timeout: '3', command: 'npm test\n--bail' } }), 'npm test')
    assert.equal(callSummary({ id: '1', tool: 'other', args: { count: 3 } }), '')
  })
  test('show arguments that are not text as JSON', () => {
    assert.deepEqual(callArguments({ id: '1', tool: 't', args: { path: 'a', deep: { b: 1 } } }), [{ name: 'path', text: 'a' }, { name: 'deep', text: '{\n  "b": 1\n}' }])
  })
})

test('a prompt of one endless line still has a title of a line or two', () => {
  assert.equal(titleOf(' Fix it \nand more'), 'Fix it')
  assert.equal(titleOf(`${'word '.repeat(40)}`), `${'word '.repeat(28).trimEnd()}…`)
  assert.equal(titleOf('x'.repeat(500)).length, 71)
})

test('the task is told from what a program found about the repository', () => {
  assert.deepEqual(splitContext('Fix it\n\n<relevant-context>\na.ts\n</relevant-context>\nThe context above …'), { task: 'Fix it', context: 'a.ts' })
  assert.equal(splitContext('Explain <relevant-context>'), null)
})

test('whatever a rule asks for is told, so that none seems to match any call', () => {
  assert.deepEqual(matcherWords({ effects: ['network'], context: 'untrusted' }), [
    { kind: 'commands that reach', items: ['network'] }, { kind: 'while', items: ['text from outside is in the context'] },
  ])
  assert.deepEqual(matcherWords({ access: 'write', commands: [{ program: 'git', args: ['tag'], lacks: ['-d'] }] }), [
    { kind: 'paths that are written', items: ['any'] }, { kind: 'commands', items: ['git tag without -d'] },
  ])
})

describe('gates that a person typed', () => {
  test('keep what else was set of a gate with the same command, and no name stands twice', () => {
    const slow = GateSpec.parse({ name: 'all', command: 'npm test', timeoutSeconds: 1800 })
    assert.deepEqual(keptGates('npm test\nall', [slow]), [slow, { name: 'all-new', command: 'all' }])
  })

  test('are one command a line, each with a name of its own', () => {
    assert.deepEqual(gatesOf(' npm test \n\nnpm  test\n!!'), [{ name: 'npm-test', command: 'npm test' }, { name: 'npm-test-2', command: 'npm  test' }, { name: 'gate', command: '!!' }])
  })
})

describe('prose', () => {
  test('is split at backticks and fences only', () => {
    assert.deepEqual(prosePieces('See `a<b>`:\n```js\nlet x\n```\nDone **now**.'), [
      { kind: 'text', text: 'See ' }, { kind: 'code', text: 'a<b>' }, { kind: 'text', text: ':' }, { kind: 'block', text: 'let x' }, { kind: 'text', text: 'Done **now**.' },
    ])
  })
  test('takes a fence that is not closed yet to the end', () => {
    assert.deepEqual(prosePieces('```\nhalf'), [{ kind: 'block', text: 'half' }])
  })
})

describe('terminal output', () => {
  test('keeps colours as classes and drops other sequences', () => {
    assert.deepEqual(ansiPieces('\u001b[2K\u001b[31mred\u001b[0m <b>plain</b>'), [{ text: 'red', classes: 'ansi-red-fg' }, { text: ' <b>plain</b>', classes: '' }])
  })
  test('shows the last state of a line that was written over', () => {
    assert.deepEqual(ansiPieces('10 %\r100 %\r\ndone'), [{ text: '100 %\ndone', classes: '' }])
  })
})

describe('a patch', () => {
  test('gives its files with their lines', () => {
    const patch = 'diff --git a/a.txt b/a.txt\nindex 1111111..2222222 100644\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+<2>\n'
      + 'diff --git a/new.bin b/new.bin\nnew file mode 100644\nindex 0000000..3333333\nBinary files /dev/null and b/new.bin differ\n'
    assert.deepEqual(parsePatch(patch)?.map(({ hunks, ...file }) => ({ ...file, lines: hunks.flatMap(({ lines }) => lines) })), [
      {
        path: 'a.txt', from: null, change: 'changed', binary: false, insertions: 1, deletions: 1,
        lines: [
          { kind: 'normal', text: 'one', before: 1, after: 1 },
          { kind: 'delete', text: 'two', before: 2, after: null },
          { kind: 'insert', text: '<2>', before: null, after: 2 },
        ],
      },
      { path: 'new.bin', from: null, change: 'added', binary: true, insertions: 0, deletions: 0, lines: [] },
    ])
  })
  test('names where a moved file was', () => {
    const patch = 'diff --git a/old name b/new name\nsimilarity index 100%\nrename from old name\nrename to new name\n'
    assert.deepEqual(parsePatch(patch)?.map(({ path, from, change }) => ({ path, from, change })), [{ path: 'new name', from: 'old name', change: 'moved' }])
  })
  test('that was cut is shown as it is', () => {
    assert.equal(parsePatch('diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,9 +1,9 @@\n one\n… cut here'), null)
  })
  test('is nothing where there is nothing', () => {
    assert.deepEqual(parsePatch(''), [])
  })
})
