import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineEndsOf } from './line-ends.ts'

test('line ends are read from the core section alone, the last word counts, and nonsense is none', () => {
  const cases = [
    ['', 'false', 'native'],
    ['[core]\n\tautocrlf = true\n\teol = crlf\n', 'true', 'crlf'],
    ['[core]\n\tautocrlf = input\n[remote "core"]\n\tautocrlf = true\n', 'input', 'native'],
    ['[core]\n\tautocrlf = true\n[user]\n\tname = x\n[Core]\n\tAutoCRLF = "false"\n', 'false', 'native'],
    ['[core]\n\tautocrlf\n\teol = !touch /tmp/x\n', 'true', 'native'],
    ['[core "sub"]\n\tautocrlf = true\n', 'false', 'native'],
  ] as const
  for (const [config, autocrlf, eol] of cases) assert.deepEqual(lineEndsOf(config), { autocrlf, eol }, config)
})
