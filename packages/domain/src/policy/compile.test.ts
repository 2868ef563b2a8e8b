import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { SimpleCommand } from '@codeforge/contracts/shell-analysis'
import fc from 'fast-check'
import { compileProfile, type CompiledRule } from './compile.ts'

const names = fc.constantFrom('git', 'rm', 'npm', './git', '/usr/bin/git', 'bin/eslint', 'eslint', 'a b', '')
const programs = fc.constantFrom('git', '{git,npm}', '*', 'e*', '*/eslint', './git', '{rm,*/eslint}')
const pattern = fc.record({ program: programs, args: fc.constantFrom(['push'], ['*'], ['**']) }, { requiredKeys: ['program'] })
const rule = fc.record({ commands: fc.array(pattern, { minLength: 1, maxLength: 3 }), tools: fc.constantFrom(['shell'], ['*'], ['read_*']), access: fc.constant('read' as const) }, { requiredKeys: [] })
const command = (spelled: string, words: readonly string[]): SimpleCommand => ({
  source: spelled, program: spelled === '' ? null : spelled.slice(spelled.lastIndexOf('/') + 1), listed: true, spelled, wrappers: [], assignments: [], directory: '.', paths: [], inert: false, effects: [],
  args: words.map((value) => ({ source: value, value, prefix: value, suffix: value, glob: false })),
})
const commands = fc.tuple(names, fc.array(fc.constantFrom('push', 'status', '-f'), { maxLength: 2 })).map(([name, words]) => command(name, words))

test('the rules kept for a tool and a program are those that may speak about it, in their order, and say the same of every command', () => {
  fc.assert(fc.property(fc.array(rule, { maxLength: 6 }), fc.array(commands, { minLength: 1, maxLength: 6 }), (matchers, asked) => {
    const compiled = compileProfile(PolicyProfile.parse({
      name: 'test', description: 'For tests.', termination: { kind: 'max-turns', turns: 1 }, maxCostMicroUsd: 1,
      rules: matchers.map((when, index) => ({ id: `rule-${index}`, decision: 'allow', when, because: 'it is tested' })),
      guards: matchers.map((deny, index) => ({ id: `guard-${index}`, deny, because: 'it is tested' })),
    }))
    for (const subject of asked) {
      const speaking = (rules: readonly CompiledRule[]) => rules.filter(({ tools, command: fits }) => (tools === null || tools('shell')) && (fits === null || fits(subject))).map(({ answer }) => answer.ruleId)
      const kept = compiled.bucket('shell', subject)
      assert.deepEqual([speaking(kept.guards), speaking(kept.rules)], [speaking(compiled.guards), speaking(compiled.rules)])
    }
  }))
})
