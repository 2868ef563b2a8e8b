import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from '@codeforge/contracts/page'
import type { Project } from '@codeforge/contracts/project'
import type { RunSummary } from '@codeforge/contracts/run'
import { openScene, refused } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'

describe('an idempotency key', () => {
  let scene: Scene
  before(async () => { scene = await openScene() })
  after(async () => { await scene[Symbol.asyncDispose]() })

  const keyed = (key: string): { readonly headers: Readonly<Record<string, string>> } => ({ headers: { 'idempotency-key': key } })
  const runsOf = async (projectId: string): Promise<number> => (await scene.call<Page<RunSummary>>('GET', `/api/v1/runs?projectId=${projectId}`)).body.items.length

  test('makes one run of twenty requests at once, all with the same answer', async () => {
    const projectId = await scene.project()
    const body = { projectId, prompt: 'once' }
    const answers = await Promise.all(Array.from({ length: 20 }, async () => scene.call<{ id: string }>('POST', '/api/v1/runs', { body, ...keyed('twenty') })))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]))
    assert.equal(new Set(answers.map(({ body: { id } }) => id)).size, 1)
    assert.equal(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'false').length, 1)
    assert.equal(await runsOf(projectId), 1)
  })

  test('is refused for another request', async () => {
    const projectId = await scene.project()
    const first = await scene.call('POST', '/api/v1/runs', { body: { projectId, prompt: 'this' }, ...keyed('other') })
    assert.equal(first.status, 202)
    assert.deepEqual(refused(await scene.call('POST', '/api/v1/runs', { body: { projectId, prompt: 'that' }, ...keyed('other') })), [422, 'idempotency-mismatch'])
    assert.deepEqual(refused(await scene.call('POST', '/api/v1/projects', { body: { name: 'x', localPath: '/x' }, ...keyed('other') })), [422, 'idempotency-mismatch'])
    assert.equal(await runsOf(projectId), 1)
  })

  test('is honoured after a restart', async () => {
    const projectId = await scene.project()
    const request = { body: { projectId, prompt: 'again' }, ...keyed('restart') }
    const first = await scene.call('POST', '/api/v1/runs', request)
    await using restarted = await scene.again()
    const second = await restarted.call('POST', '/api/v1/runs', request)
    assert.deepEqual([second.status, second.body, second.headers['idempotent-replayed']], [first.status, first.body, 'true'])
  })

  test('of a refused request may be used again', async () => {
    const projectId = await scene.project()
    const bad = await scene.call('POST', '/api/v1/runs', { body: { projectId, prompt: 'x', policy: 'unknown' }, ...keyed('failed') })
    assert.equal(bad.status, 404)
    assert.equal((await scene.call('POST', '/api/v1/runs', { body: { projectId, prompt: 'x' }, ...keyed('failed') })).status, 202)
  })

  test('works where there is nothing to answer', async () => {
    const made = await scene.call<Project>('POST', '/api/v1/projects', { body: { name: 'Short-lived', localPath: '/short' } })
    const remove = async () => scene.call('DELETE', `/api/v1/projects/${made.body.id}`, keyed('delete'))
    for (const replayed of ['false', 'true']) {
      const { status, body, headers } = await remove()
      assert.deepEqual([status, body, headers['idempotent-replayed']], [204, '', replayed])
    }
  })

  test('is 1 to 255 visible characters', async () => {
    for (const key of ['', ' ', 'two words', 'x'.repeat(256)]) {
      assert.deepEqual(refused(await scene.call('POST', '/api/v1/projects', { body: { name: 'x', localPath: '/x' }, ...keyed(key) })), [400, 'invalid-input'])
    }
  })
})
