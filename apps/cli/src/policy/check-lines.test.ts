import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import type { Verdict } from '@codeforge/contracts/verdict'
import { inputLines } from '../input-lines.ts'
import { checkLine } from './check-lines.ts'

const verdict: Verdict = { decision: 'deny', ruleId: 'no-push', reason: 'Denied.', layers: [], unattended: false }

test('a call is answered with its id and the verdict', () => {
  const line = JSON.stringify({ id: 'a', tool: 'shell', args: { command: 'git push' } })
  assert.deepEqual(checkLine(line, () => verdict), { id: 'a', decision: 'deny', rule: 'no-push', reason: 'Denied.', layers: [] })
})

test('a line that is no call is denied, with an error and its id, if it has one', () => {
  const answers = ['nonsense', '{"id": 7}', '{"id": 8, "tool": "shell", "args": []}', '{"id": 9, "tool": "shell", "args": "ls"}', '[]', 'null', '{"tool": ["shell"]}'].map((line) => checkLine(line, () => verdict))
  assert.deepEqual(answers.map(({ id }) => id), [null, 7, 8, 9, null, null, null])
  for (const answer of answers) {
    assert.deepEqual([answer['decision'], answer['rule'], answer['layers']], ['deny', 'not-judged', []])
    assert.equal(answer['reason'], `Denied: ${String(answer['error'])}`)
  }
})

test('a judgement that fails denies', () => {
  const answer = checkLine('{"id": 1, "tool": "shell"}', () => { throw new Error('broken') })
  assert.deepEqual(answer, { id: 1, decision: 'deny', rule: 'not-judged', reason: 'Denied: broken', layers: [], error: 'broken' })
})

test('lines end with a line feed and nothing else, wherever the chunks end', async () => {
  const text = '{"a":"\u2028\r"}\nä\n\nlast'
  const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]))
  assert.deepEqual(await Array.fromAsync(inputLines(Readable.from(bytes))), ['{"a":"\u2028\r"}', 'ä', '', 'last'])
})
