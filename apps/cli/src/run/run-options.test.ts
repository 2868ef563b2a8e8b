import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { chosen } from './ask-person.ts'
import { findRepository } from './repository.ts'
import { readPrompt, runBody } from './run-options.ts'

const nothing = { repo: '.', mode: 'coder', gate: [], setup: [], material: [] }

test('what was not said is left to project, profile and configuration', () => {
  assert.deepEqual(runBody(nothing), { mode: 'coder', attended: false })
})

test('every option arrives in the request', () => {
  const body = runBody({
    ...nothing, policy: 'plan-readonly', gate: ['npm test', 'npm test'], setup: ['npm ci'], deliver: 'patch', model: 'm', base: 'main', includeDirty: true,
    ask: true, workspace: 'clone', maxCost: 0.5, maxTurns: 3, timeout: 60,
  })
  assert.deepEqual(body, {
    mode: 'coder', policy: 'plan-readonly', model: 'm', deliver: 'patch', workspaceMode: 'clone', baseRef: 'main', includeDirty: true, attended: true,
    gates: [{ name: 'npm test', command: 'npm test' }, { name: 'npm test (2)', command: 'npm test' }],
    setup: { commands: ['npm ci'] }, maxCostMicroUsd: 500_000, maxTurns: 3, timeoutSeconds: 60,
  })
})

test('the task comes from the argument or from standard input, never from both', async () => {
  assert.equal(await readPrompt('fix it', undefined, Readable.from([])), 'fix it')
  assert.equal(await readPrompt(undefined, '-', Readable.from(['fix ', 'it\n'])), 'fix it\n')
  await assert.rejects(readPrompt('a', '-', Readable.from([])), { code: 'invalid-input' })
  await assert.rejects(readPrompt(' ', undefined, Readable.from([])), { code: 'invalid-input' })
  await assert.rejects(readPrompt(undefined, '/nonexistent', Readable.from([])), { code: 'invalid-input' })
})

test('addresses are told from paths', async () => {
  for (const url of ['https://example.org/a.git', 'ssh://git@example.org/a', 'git@example.org:a/b.git', 'file:///srv/a.git']) {
    assert.deepEqual(await findRepository(url), { kind: 'remote', url })
  }
  await assert.rejects(findRepository('/nonexistent'), { code: 'repository-not-found' })
  await assert.rejects(findRepository('/'), { code: 'repository-not-found' })
})

test('an option is chosen by number, name or first letters, and only if it is the one', () => {
  const options = [{ id: 'allow', label: 'Allow this call' }, { id: 'allow-always', label: 'Always' }, { id: 'deny', label: 'Deny it' }]
  const given = ['1', '3', 'allow', 'deny', 'd', 'D', 'al', 'Deny it', '4', '0', '', 'no']
  assert.deepEqual(given.map((typed) => chosen(typed, { options })), ['allow', 'deny', 'allow', 'deny', 'deny', 'deny', null, 'deny', null, null, null, null])
})
