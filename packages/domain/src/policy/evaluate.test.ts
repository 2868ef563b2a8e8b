import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { ShellAnalysis, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import fc from 'fast-check'
import { evaluate } from './evaluate.ts'
import type { PolicyCall, PolicySituation } from './policy-call.ts'

const word = (value: string | null) => ({ source: value ?? '$x', value, prefix: value ?? '', suffix: value ?? '', glob: false })

/** A simple command without paths. */
const aCommand = (text: string, changes: Partial<SimpleCommand> = {}): SimpleCommand => {
  const [program = '', ...args] = text.split(' ')
  return { source: text, program, listed: true, spelled: program, args: args.map(word), wrappers: [], assignments: [], directory: '.', paths: [], inert: false, effects: [], ...changes }
}
const anAnalysis = (...commands: SimpleCommand[]): ShellAnalysis => ({ commands, redirects: [], unknown: [] })
const aProfile = (changes: Partial<Parameters<typeof PolicyProfile.parse>[0] & object> = {}): PolicyProfile => PolicyProfile.parse({
  name: 'test', description: 'For tests.', termination: { kind: 'max-turns', turns: 1 }, maxCostMicroUsd: 1,
  guards: [{ id: 'no-push', deny: { commands: [{ program: 'git', args: ['push'] }] }, because: 'pushing is a person\'s', instead: 'commit' }],
  rules: [
    { id: 'files', decision: 'allow', when: { tools: ['read_file', 'write_file'] }, because: 'files are the work' },
    { id: 'ask-docs', decision: 'ask', when: { tools: ['edit_file'], paths: ['docs/**'] }, because: 'docs are reviewed' },
    { id: 'edit-src', decision: 'allow', when: { tools: ['edit_file', 'apply_patch'], paths: ['src/**', '!src/generated/**'] }, because: 'sources are the work' },
    { id: 'commands', decision: 'allow', when: { tools: ['shell'], commands: [{ program: 'ls' }, { program: 'git' }, { program: 'npm', args: ['test'] }] }, because: 'these are fine' },
  ],
  ...changes,
})
const aSituation = (changes: Partial<PolicySituation> = {}): PolicySituation => ({ attended: false, sandboxEnforces: true, workspace: '/w', mode: null, stepTools: null, ...changes })
const shell: PolicyCall = { tool: 'shell', args: { command: 'as analysed' } }
const read = (path: string): PolicyCall => ({ tool: 'read_file', args: { path } })
const judge = (call: PolicyCall, { profile = aProfile(), situation = aSituation(), analysis = null as ShellAnalysis | null } = {}) => {
  const { decision, ruleId, unattended } = evaluate(profile, call, situation, analysis)
  return { decision, ruleId, unattended }
}
const verdict = (decision: 'allow' | 'ask' | 'deny', ruleId: string, unattended = false) => ({ decision, ruleId, unattended })
const attended = aSituation({ attended: true })

test('an allowed call names the rule, and what every layer said', () => {
  assert.deepEqual(evaluate(aProfile(), read('a.ts'), aSituation(), null), {
    decision: 'allow', ruleId: 'files', reason: 'Allowed: files are the work.', judged: 'read_file a.ts', unattended: false,
    layers: [
      { layer: 'paths', decision: 'allow', ruleId: 'paths-plain', reason: 'it names no protected path' },
      { layer: 'profile', decision: 'allow', ruleId: 'files', reason: 'files are the work' },
    ],
  })
})

test('a denied call says what to do instead', () => {
  assert.equal(evaluate(aProfile(), shell, aSituation(), anAnalysis(aCommand('git push'))).reason, 'Denied: pushing is a person\'s. Instead: commit.')
})

test('guards beat rules, also where a rule before them allows', () => {
  assert.deepEqual(judge(shell, { analysis: anAnalysis(aCommand('git push origin')), situation: attended }), verdict('deny', 'no-push'))
})

test('of several commands the strictest decides', () => {
  assert.deepEqual(judge(shell, { analysis: anAnalysis(aCommand('ls'), aCommand('npm test'), aCommand('git push')) }), verdict('deny', 'no-push'))
})

test('the first rule that matches decides', () => {
  const call = (path: string): PolicyCall => ({ tool: 'edit_file', args: { path } })
  assert.deepEqual([judge(call('docs/a.md'), { situation: attended }), judge(call('src/a.ts'))], [verdict('ask', 'ask-docs'), verdict('allow', 'edit-src')])
})

test('for allowing, every path must be in the list', () => {
  const patch = '--- a/src/a.ts\n+++ b/src/a.ts\n@@\n-a\n+b\n--- a/other/b.ts\n+++ b/other/b.ts\n'
  assert.deepEqual(judge({ tool: 'apply_patch', args: { patch } }, { situation: attended }), verdict('ask', 'default'))
  assert.deepEqual(judge({ tool: 'edit_file', args: { path: 'src/generated/a.ts' } }, { situation: attended }), verdict('ask', 'default'))
})

test('where no rule matches: ask, unattended deny, read-only deny', () => {
  const unknown: PolicyCall = { tool: 'fetch_url', args: {} }
  const readOnly = aProfile({ situation: 'read-only' })
  assert.deepEqual([judge(unknown, { situation: attended }), judge(unknown), judge(unknown, { situation: attended, profile: readOnly })], [
    verdict('ask', 'default'), verdict('deny', 'default', true), verdict('deny', 'default'),
  ])
})

test('an ask becomes a deny where nobody is there, and says so', () => {
  const { reason, unattended } = evaluate(aProfile(), { tool: 'edit_file', args: { path: 'docs/a.md' } }, aSituation(), null)
  assert.deepEqual({ reason, unattended }, { reason: 'Denied, since nobody is there to be asked: docs are reviewed.', unattended: true })
})

for (const path of ['.env', 'sub/.env', './a/../.env', '.ENV', '/w/.env', '.env.local', '.git/config', 'deploy/key.pem', '.e\u200bnv', 'a/.git', '.ssh/id_rsa', '.npmrc']) {
  test(`the protected path ${JSON.stringify(path)} is denied, whatever the rules say`, () => {
    assert.deepEqual(judge(read(path), { situation: attended }), verdict('deny', 'path-blocked'))
  })
}

for (const path of ['../a', '/etc/passwd', 'a/../../b', '~/x', '/w/../x', '/wx/a']) {
  test(`the path ${path} outside the workspace is denied`, () => {
    assert.deepEqual(judge(read(path), { situation: attended }), verdict('deny', 'path-outside'))
  })
}

test('paths inside pass: relative, absolute below the workspace, the example of the environment', () => {
  assert.deepEqual(['a/b.ts', '/w/a.ts', '.env.example', 'environment.ts', '.github/ci.yml'].map((path) => judge(read(path)).decision), Array.from({ length: 5 }, () => 'allow'))
})

test('a link that leads to a protected place is judged by where it leads', () => {
  assert.deepEqual(judge(read('harmless.txt'), { situation: aSituation({ realPaths: () => ['.env'] }) }), verdict('deny', 'path-blocked'))
})

test('a path with control characters is denied, those included that turn the direction of writing', () => {
  const paths = ['a\nb', 'a\u2028b', 'src/\u202Etxt.sj', 'a\u2066b']
  assert.deepEqual(paths.map((path) => judge(read(path), { situation: attended })), paths.map(() => verdict('deny', 'path-invalid')))
})

test('a shell call that was not analysed is never allowed', () => {
  assert.deepEqual([judge(shell), judge(shell, { situation: attended })].map(({ decision }) => decision), ['deny', 'ask'])
})

test('what the analysis does not cover is never allowed, though all it found is', () => {
  const analysis = { ...anAnalysis(aCommand('ls')), unknown: ['the program $x is not known'] }
  assert.deepEqual([judge(shell, { analysis, situation: attended }), judge(shell, { analysis })], [verdict('ask', 'command-unknown'), verdict('deny', 'command-unknown', true)])
})

test('an argument that is not known is asked about, but not where it is only text', () => {
  const unknown = { args: [word(null)] }
  assert.deepEqual([
    judge(shell, { analysis: anAnalysis(aCommand('ls', unknown)), situation: attended }), judge(shell, { analysis: anAnalysis(aCommand('ls', { ...unknown, inert: true })) }),
  ], [verdict('ask', 'argument-unknown'), verdict('allow', 'commands')])
})

for (const [effect, ruleId] of [['privileged', 'command-privileged'], ['destructive', 'command-destructive'], ['exhausts', 'command-exhausts']] as const) {
  test(`a ${effect} command is asked about, though a rule allows it`, () => {
    assert.deepEqual(judge(shell, { analysis: anAnalysis(aCommand('ls', { effects: [effect] })), situation: attended }), verdict('ask', ruleId))
  })
}

test('the network is denied where the profile has none, asked about where it has hosts, free where it has all', () => {
  const analysis = anAnalysis(aCommand('git fetch', { effects: ['network'] }))
  const decisions = (['none', { hosts: ['example.org'] }, 'all'] as const).map((network) =>
    judge(shell, { analysis, situation: attended, profile: aProfile({ sandbox: { need: 'required', network } }) }))
  assert.deepEqual(decisions, [verdict('deny', 'network-none'), verdict('ask', 'network-hosts'), verdict('allow', 'commands')])
})

test('the project\'s own code needs a sandbox that enforces, or trust in so many words', () => {
  const analysis = anAnalysis(aCommand('npm test', { effects: ['project-code'] }))
  const bare = aSituation({ sandboxEnforces: false })
  const trusting = aProfile({ sandbox: { need: 'none', trustsProject: true } })
  assert.deepEqual([judge(shell, { analysis }), judge(shell, { analysis, situation: bare }), judge(shell, { analysis, situation: bare, profile: trusting })], [
    verdict('allow', 'commands'), verdict('deny', 'project-code', true), verdict('allow', 'commands'),
  ])
})

test('a profile that only reads runs no project code, sandbox or not', () => {
  assert.deepEqual(judge(shell, { analysis: anAnalysis(aCommand('npm test', { effects: ['project-code'] })), profile: aProfile({ situation: 'read-only' }) }), verdict('deny', 'project-code-writes'))
})

test('names from a list that can be split are fine where project code may run anyway, and for what only shows files of a sandbox', () => {
  const analysis = anAnalysis(aCommand('ls', { effects: ['splits-names'] }))
  const sorting = anAnalysis(aCommand('sort', { effects: ['splits-names'] }))
  const readOnly = aProfile({ situation: 'read-only' })
  const bare = aSituation({ sandboxEnforces: false })
  assert.deepEqual([judge(shell, { analysis }), judge(shell, { analysis, profile: readOnly }), judge(shell, { analysis, situation: bare })], [
    verdict('allow', 'commands'), verdict('allow', 'commands'), verdict('deny', 'names-split', true),
  ])
  assert.deepEqual(judge(shell, { analysis: sorting, profile: aProfile({ situation: 'read-only', rules: [{ id: 'commands', decision: 'allow', when: { tools: ['shell'], commands: [{ program: 'sort' }] }, because: 'reading' }] }) }), verdict('deny', 'names-split', true))
})

test('a tool that the mode does not have is denied', () => {
  const situation = aSituation({ mode: { id: 'reviewer', tools: ['read_*'], edits: false } })
  assert.deepEqual([judge(read('a'), { situation }), judge(shell, { situation, analysis: anAnalysis(aCommand('ls')) })], [verdict('allow', 'files'), verdict('deny', 'mode-tools')])
})

test('a mode that only reads writes through no tool and no redirection', () => {
  const situation = aSituation({ mode: { id: 'reviewer', tools: ['*'], edits: false } })
  const redirected: ShellAnalysis = { ...anAnalysis(aCommand('ls')), redirects: [{ path: 'out.txt', source: 'out.txt', glob: false, access: 'write' }] }
  assert.deepEqual([judge({ tool: 'write_file', args: { path: 'a' } }, { situation }), judge(shell, { situation, analysis: redirected })], [
    verdict('deny', 'mode-edits'), verdict('deny', 'mode-edits'),
  ])
})

test('a step\'s list of tools bounds the profile', () => {
  assert.deepEqual(judge(read('a'), { situation: aSituation({ stepTools: ['shell'] }) }), verdict('deny', 'step-tools'))
})

test('writing is denied where only reading is due, but for the sinks', () => {
  const profile = aProfile({ situation: 'read-only' })
  const into = (path: string): ShellAnalysis => ({ ...anAnalysis(aCommand('ls')), redirects: [{ path, source: path, glob: false, access: 'write' }] })
  assert.deepEqual([judge(shell, { profile, analysis: into('out.txt') }), judge(shell, { profile, analysis: into('/dev/null') })], [verdict('deny', 'path-read-only'), verdict('allow', 'commands')])
})

const severity = { allow: 0, ask: 1, deny: 2 }
const calls = fc.oneof(
  fc.record({ tool: fc.constantFrom('read_file', 'write_file', 'edit_file', 'nothing'), args: fc.record({ path: fc.oneof(fc.string(), fc.constantFrom('src/a.ts', '.env', '../x', 'docs/a')) }) }),
  fc.constant(shell),
)
const analyses = fc.option(fc.record({
  commands: fc.array(fc.constantFrom(aCommand('ls'), aCommand('npm test'), aCommand('git push'), aCommand('curl x', { effects: ['network'] }), aCommand('sudo ls', { effects: ['privileged'] })), { maxLength: 4 }),
  redirects: fc.constant<ShellAnalysis['redirects']>([]), unknown: fc.array(fc.string(), { maxLength: 1 }),
}))

test('a verdict is never milder than any of its layers, and asks nobody who is not there', () => {
  fc.assert(fc.property(calls, analyses, fc.boolean(), fc.boolean(), (call, analysis, isAttended, sandboxEnforces) => {
    const { decision, layers } = evaluate(aProfile(), call, aSituation({ attended: isAttended, sandboxEnforces }), analysis)
    const strictest = Math.max(...layers.map((layer) => severity[layer.decision]))
    assert.equal(severity[decision], !isAttended && strictest === 1 ? 2 : strictest)
  }))
})

test('taking something away from what a run may never allows more', () => {
  fc.assert(fc.property(calls, analyses, (call, analysis) => {
    const wide = evaluate(aProfile(), call, attended, analysis)
    const narrow = [aSituation({ attended: true, sandboxEnforces: false }), aSituation({ attended: true, stepTools: ['read_file'] }), aSituation()]
    for (const situation of narrow) assert.ok(severity[evaluate(aProfile(), call, situation, analysis).decision] >= severity[wide.decision])
  }))
})

test('a workspace in the temporary directory is not scratch, nor are its neighbours', () => {
  const profile = aProfile({ paths: { scratch: true }, rules: [{ id: 'any', decision: 'allow', when: { tools: ['read_file', 'shell'] }, because: 'for this test' }] })
  const situation = aSituation({ workspace: '/tmp/place/work' })
  const decide = (path: string) => judge(read(path), { profile, situation }).decision
  assert.deepEqual(['/tmp/out.log', '/tmp/other/out.log', '/tmp/place/work/a'].map(decide), ['allow', 'allow', 'allow'])
  assert.deepEqual(['/tmp/place/secret', '/tmp/place', '/tmp/place/work/../../out.log', '/tmp/*', '/tmp'].map(decide), ['deny', 'deny', 'deny', 'deny', 'deny'])
})

test('the whole workspace is not taken away under its absolute name', () => {
  const profile = aProfile({ rules: [{ id: 'any', decision: 'allow', when: { tools: ['shell'] }, because: 'for this test' }] })
  const decide = (path: string) => judge(shell, { profile, analysis: anAnalysis(aCommand(`rm -rf ${path}`, { paths: [{ path, source: path, glob: path.includes('*'), access: 'write' }] })) }).decision
  assert.deepEqual(['/w', '/w/', '/w/*', '/w/.*', '/w/a/..'].map(decide), ['deny', 'deny', 'deny', 'deny', 'deny'])
  assert.equal(decide('/w/dist'), 'allow')
})

test('a shell call with arguments that nobody knows is not allowed silently, and its directory counts under whatever name', () => {
  const profile = aProfile({ rules: [{ id: 'any', decision: 'allow', when: { tools: ['shell'] }, because: 'for this test' }] })
  const decide = (args: PolicyCall['args']) => judge({ tool: 'shell', args: { command: 'ls', ...args } }, { profile, analysis: anAnalysis(aCommand('ls')) }).decision
  assert.deepEqual([{}, { directory: 'src' }, { cwd: '/w/src', timeout: 60, description: 'lists' }].map(decide), ['allow', 'allow', 'allow'])
  assert.deepEqual([{ cwd: '/etc' }, { workdir: '../x' }, { env: { LD_PRELOAD: './x.so' } }].map(decide), ['deny', 'deny', 'deny'])
})

test('code of a folder that lies elsewhere is asked about, also in a sandbox, and so are the settings of a repository there', () => {
  const elsewhere: Partial<SimpleCommand> = { directory: '/tmp/x', effects: ['project-code'] }
  assert.deepEqual(judge(shell, { analysis: anAnalysis(aCommand('npm test', elsewhere)) }), verdict('deny', 'project-code-elsewhere', true))
  assert.deepEqual(judge(shell, { analysis: anAnalysis(aCommand('npm test', elsewhere)), situation: attended }), verdict('ask', 'project-code-elsewhere'))
  assert.deepEqual(judge(shell, { analysis: anAnalysis(aCommand('git status', { directory: '/tmp/x' })) }), verdict('deny', 'project-code-elsewhere', true))
  assert.deepEqual(judge(shell, { analysis: anAnalysis(aCommand('npm test', { ...elsewhere, directory: '/w/packages/a' })) }), verdict('allow', 'commands'))
  assert.deepEqual(judge(shell, { analysis: anAnalysis(aCommand('ls', { directory: '/tmp/x' })) }), verdict('allow', 'commands'))
  const trusting = aProfile({ sandbox: { need: 'none', network: 'none', trustsProject: true } })
  assert.deepEqual(judge(shell, { profile: trusting, analysis: anAnalysis(aCommand('npm test', elsewhere)) }), verdict('allow', 'commands'))
})

test('to patterns an absolute path below the workspace is what it is there', () => {
  const profile = aProfile({
    guards: [{ id: 'no-copy', deny: { commands: [{ program: 'cp', has: ['.'] }] }, because: 'it takes everything along' }],
    rules: [{ id: 'commands', decision: 'allow', when: { commands: [{ program: 'cp' }, { program: 'pytest', args: ['tests/*'] }] }, because: 'these are fine' }],
  })
  const of = (text: string) => judge(shell, { profile, analysis: anAnalysis(aCommand(text)) }).ruleId
  assert.deepEqual(['pytest /w/tests/a.py', 'pytest /w/../tests/a.py', 'pytest /v/tests/a.py', 'cp /w /tmp/x', 'cp /w/a /tmp/x'].map(of), ['commands', 'default', 'default', 'no-copy', 'commands'])
})

test('a patch that names no file is not understood', () => {
  for (const patch of [5, 'nothing', null]) assert.deepEqual(judge({ tool: 'apply_patch', args: { patch } }), verdict('deny', 'path-unknown', true))
})

test('of a path within an option the sentence names the path, and does not take the option for one', () => {
  const named = (path: string, source: string) => ({ path, source, glob: false, access: 'write' as const })
  const said = (profile: PolicyProfile, path: string, source: string) => evaluate(profile, shell, aSituation(), anAnalysis(aCommand(`ls ${source}`, { paths: [named(path, source)] }))).reason
  const reading = aProfile({ situation: 'read-only' })
  assert.equal(said(reading, 'line', '--reporter=line'), 'Denied: --reporter=line may write a file, which is not allowed where only reading is.')
  assert.equal(said(reading, 'out', 'out'), 'Denied: writing out is not allowed where only reading is.')
  assert.match(said(aProfile(), '/etc/x', '--output=/etc/x'), /^Denied: \/etc\/x \(in --output=\/etc\/x\) lies outside the workspace/)
})
