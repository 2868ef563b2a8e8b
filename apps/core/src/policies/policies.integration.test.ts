import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Evaluation, PolicyDocument, PolicyReport, Simulation } from '@codeforge/contracts/policy-api'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { Verdict } from '@codeforge/contracts/verdict'
import { goodWork, openScene, ordinals, refused } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'

const yaml = (name: string) => `# a comment that stays
name: ${name}
description: Only listing.
rules:
  - { id: list, decision: allow, when: { tools: [shell], commands: [{ program: ls }] }, because: listing changes nothing }
termination: { kind: max-turns, turns: 5 }
maxCostMicroUsd: 1000
`
const verdict: Verdict = { decision: 'allow', ruleId: 'r', reason: 'Allowed.', layers: [], unattended: false }

describe('the policies API', () => {
  let scene: Scene
  before(async () => { scene = await openScene() })
  after(async () => { await scene[Symbol.asyncDispose]() })

  test('a custom profile is made, read with its text, replaced and deleted', async () => {
    const made = await scene.call<PolicyProfile>('POST', '/api/v1/policies', { body: { yaml: yaml('lister') } })
    assert.deepEqual([made.status, made.body.name], [201, 'lister'])
    const document = await scene.call<PolicyDocument>('GET', '/api/v1/policies/lister/document')
    assert.deepEqual([document.body.preset, document.body.yaml], [false, yaml('lister')])
    assert.deepEqual(refused(await scene.call('POST', '/api/v1/policies', { body: { yaml: yaml('lister') } })), [409, 'conflict'])
    assert.equal((await scene.call('PUT', '/api/v1/policies/lister', { body: { yaml: yaml('lister').replace('turns: 5', 'turns: 6') } })).status, 200)
    assert.deepEqual(refused(await scene.call('PUT', '/api/v1/policies/lister', { body: { yaml: yaml('other') } })), [400, 'invalid-input'])
    assert.equal((await scene.call('DELETE', '/api/v1/policies/lister')).status, 204)
    assert.deepEqual(refused(await scene.call('GET', '/api/v1/policies/lister')), [404, 'policy-not-found'])
  })

  test('shipped profiles are protected', async () => {
    assert.deepEqual(refused(await scene.call('DELETE', '/api/v1/policies/headless-safe-sandbox')), [409, 'policy-protected'])
    assert.deepEqual(refused(await scene.call('POST', '/api/v1/policies', { body: { yaml: yaml('headless-safe-sandbox') } })), [409, 'policy-protected'])
  })

  test('a text is checked without being saved', async () => {
    const good = await scene.call<PolicyReport>('POST', '/api/v1/policies/check', { body: { yaml: yaml('checked') } })
    assert.deepEqual([good.status, good.body.problems], [200, []])
    const bad = await scene.call<PolicyReport>('POST', '/api/v1/policies/check', { body: { yaml: 'name: [' } })
    assert.deepEqual([bad.status, bad.body.profile, bad.body.problems.length], [200, null, 1])
    assert.deepEqual(refused(await scene.call('GET', '/api/v1/policies/checked')), [404, 'policy-not-found'])
  })

  test('a call is judged by a saved profile and by a text, with what the analysis saw', async () => {
    const call = { tool: 'shell', args: { command: 'ls -l && rm -rf x' } }
    const saved = await scene.call<Evaluation>('POST', '/api/v1/policies/headless-safe-sandbox/evaluate', { body: call })
    assert.equal(saved.status, 200, JSON.stringify(saved.body))
    assert.equal(saved.body.verdict.decision, 'deny')
    assert.deepEqual(saved.body.analysis?.commands.map(({ program }) => program), ['ls', 'rm'])
    const tried = await scene.call<Evaluation>('POST', '/api/v1/policies/any/evaluate', { body: { tool: 'shell', args: { command: 'ls' }, yaml: yaml('tried') } })
    assert.deepEqual([tried.body.verdict.decision, tried.body.verdict.ruleId], ['allow', 'list'])
    assert.deepEqual(refused(await scene.call('POST', '/api/v1/policies/nobody/evaluate', { body: call })), [404, 'policy-not-found'])
  })

  test('recorded calls are replayed against another profile, and what changes is shown', async () => {
    const run = await scene.run(await scene.project())
    const worker = scene.worker()
    const claim = await scene.claim(run, worker)
    assert.equal(claim.kind, 'claimed')
    const call = (id: string, command: string) => ({ kind: 'toolcall.allowed' as const, turn: 1, call: { id, tool: 'shell', args: { command } }, verdict })
    const facts = [...goodWork.slice(0, 1), call('a', 'ls'), call('b', 'npm publish')]
    await scene.core.coordinator.record({ runId: run, attempt: 1, workerId: worker, facts: ordinals(facts) }, AbortSignal.timeout(5000))
    const { status, body } = await scene.call<Simulation>('POST', '/api/v1/policies/any/simulate', { body: { yaml: yaml('stricter'), since: '2026-01-01T00:00:00Z' } })
    assert.equal(status, 200, JSON.stringify(body))
    assert.deepEqual([body.runs, body.calls, body.same, body.changedTotal], [1, 2, 1, 1])
    const [changed] = body.changed
    assert.deepEqual([changed?.runId, changed?.call, changed?.was, changed?.now], [run, 'npm publish', 'allow', 'deny'])
    const later = await scene.call<Simulation>('POST', '/api/v1/policies/any/simulate', { body: { yaml: yaml('stricter'), since: '2999-01-01T00:00:00Z' } })
    assert.equal(later.body.calls, 0)
  })

  test('what happens to custom profiles stands in the log of the system', async () => {
    await scene.core.start()
    await scene.call('POST', '/api/v1/policies', { body: { yaml: yaml('logged') } })
    await scene.call('DELETE', '/api/v1/policies/logged')
    await scene.core[Symbol.asyncDispose]()
    const kinds = (await scene.ports.store.events.read('system', 0, 100)).map(({ kind }) => kind).filter((kind) => kind.startsWith('policy.'))
    assert.deepEqual(kinds, ['policy.loaded', 'policy.removed'])
  })
})
