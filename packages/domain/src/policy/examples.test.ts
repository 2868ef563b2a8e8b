import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ShellAnalysis } from '@codeforge/contracts/shell-analysis'
import { checkExamples } from './examples.ts'
import { parseMode, parsePolicy, parseToolBundle } from './parse.ts'

/** Splits at blanks; enough for commands without syntax. */
const analyse = (command: string): ShellAnalysis => {
  const [program = '', ...rest] = command.split(' ')
  const args = rest.map((value) => ({ source: value, value, prefix: value, suffix: value, glob: false }))
  return { commands: [{ source: command, program, listed: true, spelled: program, args, wrappers: [], assignments: [], directory: '.', paths: [], inert: false, effects: [] }], redirects: [], unknown: [] }
}

const profile = (rest: string) => parsePolicy(`
name: sample
description: For tests.
termination: { kind: max-turns, turns: 3 }
maxCostMicroUsd: 1
rules:
  - id: look
    decision: allow
    when: { tools: [shell], commands: [{ program: ls }] }
    because: looking is fine
    matches: [ls src]
    not: [rm src]
${rest}`, 'sample.yaml')

test('a profile whose examples come out as written has no failing ones', () => {
  assert.deepEqual(checkExamples(profile('examples: [{ call: ls, decision: allow, ruleId: look }, { call: rm x, decision: deny }, { call: rm x, situation: attended, decision: ask }]'), analyse), [])
})

test('an example that comes out otherwise is named with what was expected and what came', () => {
  assert.deepEqual(checkExamples(profile('examples: [{ call: rm x, decision: allow, ruleId: look }]'), analyse), [{
    where: 'examples[0]', call: { tool: 'shell', args: { command: 'rm x' } }, expected: 'allow by look',
    got: 'deny by default: Denied, since nobody is there to be asked: no rule of sample allows the command rm x.',
  }])
})

test('an example that another rule decides fails too', () => {
  assert.deepEqual(checkExamples(profile('examples: [{ call: ls, decision: allow, ruleId: other }]'), analyse).map(({ where, expected }) => ({ where, expected })), [
    { where: 'examples[0]', expected: 'allow by other' },
  ])
})

test('what a rule says it matches, and what not, is checked at the rule alone', () => {
  const rest = `
  - id: wrong
    decision: deny
    when: { tools: [shell], commands: [{ program: cat }] }
    because: it is wrong
    matches: [ls]
    not: [cat a]`
  assert.deepEqual(checkExamples(profile(rest), analyse).map(({ where, got }) => ({ where, got })), [
    { where: 'rule wrong, matches[0]', got: 'does not match' }, { where: 'rule wrong, not[0]', got: 'matches' },
  ])
})

const refusal = (read: () => unknown) => {
  try {
    read()
  } catch (error) {
    assert.ok(error instanceof CodeForgeError)
    return { code: error.code, message: error.message }
  }
  return null
}

test('an unknown key of a profile is refused with its place', () => {
  const refused = refusal(() => profile('allow_everything: true'))
  assert.equal(refused?.code, 'policy-invalid')
  assert.match(refused.message, /sample\.yaml.*allow_everything/s)
})

test('a text that is no YAML is refused, and one that grows by aliases', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'.charAt(index)}`).join()}]`).join('\n')}`
  assert.deepEqual([refusal(() => parsePolicy('a: [', 'p'))?.code, refusal(() => parsePolicy(bomb, 'p'))?.code], ['policy-invalid', 'policy-invalid'])
})

test('a mode whose expression does not compile is refused', () => {
  const mode = 'id: m\nname: M\ndescription: d\ntools: ["*"]\nprompt: m.liquid\nprocessors: [{ kind: remove-regex, patterns: ["("] }]'
  assert.deepEqual(refusal(() => parseMode(mode, 'm.yaml')), { code: 'invalid-config', message: 'm.yaml: "(" is no regular expression' })
})

test('a mode and a bundle get their defaults', () => {
  const mode = parseMode('id: m\nname: M\ndescription: d\ntools: ["*"]\nprompt: m.liquid', 'm.yaml')
  const bundle = parseToolBundle('name: b\ndescription: d\ntools: { look: { docstring: Looks., effect: read } }', 'b.yaml')
  assert.deepEqual([mode, bundle], [
    {
      id: 'm', name: 'M', description: 'd', tools: ['*'], prompt: 'm.liquid', scenario: 'default', autonomy: 4, maxOutputTokens: 4096, temperature: 0,
      history: { kind: 'unbounded' }, processors: [], edits: true,
    },
    { name: 'b', description: 'd', tools: { look: { docstring: 'Looks.', effect: 'read', arguments: [] } } },
  ])
})
