import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { ShellAnalysis, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import fc from 'fast-check'
import { evaluate } from './evaluate.ts'
import type { PolicyCall, PolicySituation } from './policy-call.ts'

const severity = { allow: 0, ask: 1, deny: 2 }
const word = (value: string) => ({ source: value, value, prefix: value, suffix: value, glob: false })
const aCommand = (text: string, changes: Partial<SimpleCommand> = {}): SimpleCommand => {
  const [program = '', ...args] = text.split(' ')
  return { source: text, program, listed: true, spelled: program, args: args.map(word), wrappers: [], assignments: [], directory: '.', paths: [], inert: false, effects: [], ...changes }
}
const writes = (path: string): SimpleCommand['paths'] => [{ path, source: path, glob: false, access: 'write' }]
const generous = { id: 'all', decision: 'allow' as const, when: { tools: ['*'] }, because: 'this profile allows what its layers do not refuse' }
const aProfile = (changes: object = {}): PolicyProfile => PolicyProfile.parse({
  name: 'test', description: 'For tests.', termination: { kind: 'max-turns', turns: 1 }, maxCostMicroUsd: 1, sandbox: { network: 'all' }, rules: [generous], ...changes,
})
const aSituation = (changes: Partial<PolicySituation> = {}): PolicySituation => ({ attended: true, sandboxEnforces: true, workspace: '/w', mode: null, stepTools: null, ...changes })
const shell: PolicyCall = { tool: 'shell', args: { command: 'as analysed' } }
const write = (path: string): PolicyCall => ({ tool: 'write_file', args: { path } })
const judge = (call: PolicyCall, situation = aSituation(), analysis: ShellAnalysis | null = null) => {
  const { decision, ruleId } = evaluate(aProfile(), call, situation, analysis)
  return `${decision} ${ruleId}`
}

const commands = fc.constantFrom(aCommand('ls'), aCommand('git push'), aCommand('npm test', { effects: ['project-code'] }), aCommand('rm x', { paths: writes('x') }), aCommand('curl x', { effects: ['network'] }))
const analyses: fc.Arbitrary<ShellAnalysis> = fc.record({ commands: fc.array(commands, { maxLength: 3 }), redirects: fc.constant([]), unknown: fc.array(fc.constant('it is hidden'), { maxLength: 1 }) })
const calls = fc.oneof(fc.constant(shell), fc.constantFrom('src/a.ts', '.env', '../x', 'Jenkinsfile').chain((path) => fc.constantFrom(write(path), { tool: 'read_file', args: { path } }, { tool: 'mcp_thing', args: { path } })))
const matchers = fc.constantFrom({ tools: ['*'] }, { tools: ['shell'] }, { tools: ['read_*'], paths: ['src/**'] }, { commands: [{ program: 'git' }] }, { effects: ['network' as const] }, { paths: ['**'], access: 'write' as const })

test('what is unknown is never allowed, whatever the rules, the sandbox and the level of autonomy say', () => {
  fc.assert(fc.property(analyses, fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 5 }), (analysis, attended, sandboxEnforces, autonomy) => {
    const hidden = { ...analysis, unknown: ['the program $x is not known'] }
    assert.notEqual(evaluate(aProfile(), shell, aSituation({ attended, sandboxEnforces, autonomy }), hidden).decision, 'allow')
  }))
})

test('adding a guard never makes a verdict milder, and where it stands does not matter', () => {
  fc.assert(fc.property(calls, analyses, matchers, matchers, (call, analysis, one, other) => {
    const guards = [{ id: 'one', deny: one, because: 'one says so' }, { id: 'other', deny: other, because: 'the other says so' }]
    const [none, some, both, turned] = [[], guards.slice(0, 1), guards, guards.toReversed()].map((list) => severity[evaluate(aProfile({ guards: list }), call, aSituation(), analysis).decision])
    assert.ok((none ?? 0) <= (some ?? 0) && (some ?? 0) <= (both ?? 0))
    assert.equal(both, turned)
  }))
})

test('the layers around the profile never make a verdict milder: mode, step, autonomy', () => {
  const layers: readonly Partial<PolicySituation>[] = [{ mode: { id: 'm', tools: ['read_*'], edits: false } }, { stepTools: ['shell'] }, { step: { tools: ['shell'], environment: [], secrets: [] } }, { autonomy: 1 }, { autonomy: 3 }]
  fc.assert(fc.property(calls, analyses, fc.constantFrom(...layers), (call, analysis, layer) => {
    const [without, within] = [aSituation(), aSituation(layer)].map((situation) => severity[evaluate(aProfile(), call, situation, analysis).decision])
    assert.ok((within ?? 0) >= (without ?? 0))
  }))
})

test('what is remembered of a profile changes no verdict: one used for long says what a new one says', () => {
  const used = aProfile()
  fc.assert(fc.property(calls, analyses, fc.string(), (call, analysis, tool) => {
    for (const each of [call, { ...call, tool }]) assert.deepEqual(evaluate(used, each, aSituation(), analysis), evaluate(aProfile(), each, aSituation(), analysis))
  }))
})

test('a higher level of autonomy never asks about more', () => {
  fc.assert(fc.property(calls, analyses, fc.integer({ min: 1, max: 4 }), (call, analysis, level) => {
    const [lower, higher] = [level, level + 1].map((autonomy) => severity[evaluate(aProfile(), call, aSituation({ autonomy }), analysis).decision])
    assert.ok((higher ?? 0) <= (lower ?? 0))
  }))
})

test('levels of autonomy ask about reading by commands, writing, and the project\'s code, in this order', () => {
  const seen = (...found: SimpleCommand[]): ShellAnalysis => ({ commands: found, redirects: [], unknown: [] })
  const subjects: readonly (readonly [PolicyCall, ShellAnalysis | null])[] = [[shell, seen(aCommand('ls'))], [write('a'), null], [shell, seen(aCommand('npm test', { effects: ['project-code'] }))]]
  assert.deepEqual(subjects.map(([call, analysis]) => [1, 2, 3, 4, 5].map((autonomy) => evaluate(aProfile(), call, aSituation({ autonomy }), analysis).decision)), [
    ['ask', 'allow', 'allow', 'allow', 'allow'], ['ask', 'ask', 'allow', 'allow', 'allow'], ['ask', 'ask', 'ask', 'allow', 'allow'],
  ])
})

test('a step bounds tools, environment variables and secrets', () => {
  const step = { tools: ['write_file'], environment: ['CI'], secrets: ['registry'] }
  const call = write('a')
  assert.deepEqual([
    judge(call, aSituation({ step })), judge(shell, aSituation({ step }), { commands: [], redirects: [], unknown: [] }),
    judge({ ...call, environment: ['CI'], secrets: ['registry'] }, aSituation({ step })), judge({ ...call, environment: ['PATH'] }, aSituation({ step })), judge({ ...call, secrets: ['deploy'] }, aSituation({ step })),
  ], ['allow all', 'deny step-tools', 'allow all', 'deny step-environment', 'deny step-secrets'])
})

test('changing what says what is executed elsewhere is asked about, with the folders above it; reading it is not', () => {
  assert.deepEqual(['.github/workflows/ci.yml', '.github/workflows', '.GITHUB/Workflows/ci.yml', 'Jenkinsfile', 'src/a.ts'].map((path) => judge(write(path))), [
    'ask path-protected', 'ask path-protected', 'ask path-protected', 'ask path-protected', 'allow all',
  ])
  const removed = (path: string): ShellAnalysis => ({ commands: [aCommand(`rm -r ${path}`, { paths: writes(path) })], redirects: [], unknown: [] })
  assert.deepEqual([judge(shell, aSituation(), removed('.github')), judge({ tool: 'read_file', args: { path: '.github/workflows/ci.yml' } })], ['ask path-protected', 'allow all'])
})
