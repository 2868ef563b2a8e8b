import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { errorCatalogue } from '@codeforge/contracts/error-code'
import type { Page } from '@codeforge/contracts/page'
import type { Project } from '@codeforge/contracts/project'
import type { Task } from '@codeforge/contracts/task'
import { openScene, refused } from '../testing/scene.ts'
import type { Refusal, Scene } from '../testing/scene.ts'

const nobody = '00000000-0000-7000-8000-0000000fffff'

describe('the API', () => {
  let scene: Scene
  before(async () => { scene = await openScene() })
  after(async () => { await scene[Symbol.asyncDispose]() })

  test('a project is made, read, changed, listed and deleted', async () => {
    const made = await scene.call<Project>('POST', '/api/v1/projects', { body: { name: 'Größe & Maß', repoUrl: 'https://example.org/a.git' } })
    assert.equal(made.status, 201)
    assert.equal(made.body.slug, 'gro-e-ma')
    const path = `/api/v1/projects/${made.body.id}`
    assert.deepEqual((await scene.call('GET', path)).body, made.body)

    const changed = await scene.call<Project>('PATCH', path, { body: { version: 1, name: 'Renamed' } })
    assert.deepEqual(changed.body, { ...made.body, name: 'Renamed', version: 2, updatedAt: changed.body.updatedAt })

    const gone = await scene.call('DELETE', path)
    assert.deepEqual([gone.status, gone.body], [204, ''])
    assert.deepEqual(refused(await scene.call('GET', path)), [404, 'not-found'])
    assert.deepEqual(refused(await scene.call('DELETE', path)), [404, 'not-found'])
    const kinds = (await scene.ports.store.events.read(`project.${made.body.id}`, 0, 10)).map(({ kind }) => kind)
    assert.deepEqual(kinds, ['project.created', 'project.updated', 'project.deleted'])
  })

  test('a change to a stale version is refused and changes nothing', async () => {
    const id = await scene.project()
    const path = `/api/v1/projects/${id}`
    const answers = await Promise.all(['a', 'b', 'c'].map(async (name) => scene.call<Project>('PATCH', path, { body: { version: 1, name } })))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409])
    for (const answer of answers.filter(({ status }) => status === 409)) assert.equal(refused(answer)[1], 'stale-version')
    const winner = answers.find(({ status }) => status === 200)
    assert.deepEqual((await scene.call('GET', path)).body, winner?.body)
  })

  test('a change may not leave a project without a repository', async () => {
    const id = await scene.project()
    assert.deepEqual(refused(await scene.call('PATCH', `/api/v1/projects/${id}`, { body: { version: 1, localPath: null } })), [400, 'invalid-input'])
  })

  test('slugs are made unique from the name, and a taken one is refused', async () => {
    const body = { name: 'Twice', localPath: '/twice' }
    const slugs = [await scene.call<Project>('POST', '/api/v1/projects', { body }), await scene.call<Project>('POST', '/api/v1/projects', { body })]
    assert.deepEqual(slugs.map((answer) => answer.body.slug), ['twice', 'twice-2'])
    assert.deepEqual(refused(await scene.call('POST', '/api/v1/projects', { body: { ...body, slug: 'twice' } })), [409, 'conflict'])
  })

  test('projects of one name made at once all get a slug of their own', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, async () =>
      scene.call<Project>('POST', '/api/v1/projects', { body: { name: 'At once', localPath: '/at-once' } })))
    assert.deepEqual(answers.map(({ status }) => status), [201, 201, 201, 201, 201])
    assert.equal(new Set(answers.map(({ body }) => body.slug)).size, 5)
  })

  test('a project is found by its path', async () => {
    const id = await scene.project({ localPath: '/found/by path' })
    const { body } = await scene.call<Page<Project>>('GET', `/api/v1/projects?localPath=${encodeURIComponent('/found/by path')}`)
    assert.deepEqual([body.items.map((project) => project.id), body.nextCursor], [[id], null])
  })

  test('a task is made, read, changed and deleted, and its project tells', async () => {
    const id = await scene.project()
    const made = await scene.call<Task>('POST', `/api/v1/projects/${id}/tasks`, { body: { title: 'Fix it', labels: ['bug'] } })
    assert.equal(made.status, 201)
    const path = `/api/v1/tasks/${made.body.id}`
    assert.deepEqual((await scene.call('GET', path)).body, made.body)
    const changed = await scene.call<Task>('PATCH', path, { body: { version: 1, status: 'done' } })
    assert.deepEqual(changed.body, { ...made.body, status: 'done', version: 2, updatedAt: changed.body.updatedAt })
    assert.deepEqual(refused(await scene.call('PATCH', path, { body: { version: 1, status: 'open' } })), [409, 'stale-version'])
    assert.equal((await scene.call('DELETE', path)).status, 204)
    assert.deepEqual(refused(await scene.call('GET', path)), [404, 'not-found'])
    const events = await scene.ports.store.events.read(`project.${id}`, 0, 10)
    assert.deepEqual(events.map(({ data }) => data), [
      { kind: 'project.created', name: 'Sample' },
      { kind: 'task.created', taskId: made.body.id, title: 'Fix it' },
      { kind: 'task.updated', taskId: made.body.id, changed: ['status'] },
      { kind: 'task.deleted', taskId: made.body.id },
    ])
  })

  test('tasks made at once all stand in the log of their project, without a gap', async () => {
    const id = await scene.project()
    const answers = await Promise.all(Array.from({ length: 8 }, async (_, index) =>
      scene.call('POST', `/api/v1/projects/${id}/tasks`, { body: { title: `Task ${index}` } })))
    assert.deepEqual(answers.map(({ status }) => status), Array.from({ length: 8 }, () => 201))
    const events = await scene.ports.store.events.read(`project.${id}`, 0, 100)
    assert.deepEqual(events.map(({ sequence }) => sequence), [1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('a task of an unknown project is refused', async () => {
    assert.deepEqual(refused(await scene.call('POST', `/api/v1/projects/${nobody}/tasks`, { body: { title: 'x' } })), [404, 'not-found'])
    assert.deepEqual(refused(await scene.call('GET', `/api/v1/projects/${nobody}/tasks`)), [404, 'not-found'])
  })

  test('pages go on where the one before ended, whatever is added meanwhile', async () => {
    const id = await scene.project()
    const add = async (title: string): Promise<string> => (await scene.call<Task>('POST', `/api/v1/projects/${id}/tasks`, { body: { title } })).body.id
    const made: string[] = []
    for (const title of ['1', '2', '3', '4', '5']) made.push(await add(title))
    const first = await scene.call<Page<Task>>('GET', `/api/v1/projects/${id}/tasks?limit=2`)
    await add('6')
    const second = await scene.call<Page<Task>>('GET', `/api/v1/projects/${id}/tasks?limit=2&cursor=${first.body.nextCursor}`)
    const third = await scene.call<Page<Task>>('GET', `/api/v1/projects/${id}/tasks?limit=2&cursor=${second.body.nextCursor}`)
    const ids = [first, second, third].flatMap(({ body }) => body.items.map((task) => task.id))
    assert.deepEqual([ids, third.body.nextCursor], [made.toReversed(), null])
    assert.deepEqual(refused(await scene.call('GET', '/api/v1/projects?cursor=nonsense')), [400, 'invalid-input'])
  })

  test('a refusal names the fields that are wrong', async () => {
    const answer = await scene.call<Refusal>('POST', '/api/v1/projects', { body: { name: '', localPath: 7, gitMode: 'loud' } })
    assert.deepEqual(refused(answer), [400, 'invalid-input'])
    assert.deepEqual(answer.body.error.details.issues?.map(({ path }) => path).sort(), ['gitMode', 'localPath', 'name'])
    const query = await scene.call<Refusal>('GET', '/api/v1/runs?limit=9999')
    assert.deepEqual([query.status, query.body.error.details.issues?.map(({ path }) => path)], [400, ['limit']])
  })

  test('keys that are not known are refused by name', async () => {
    const answer = await scene.call<Refusal>('POST', '/api/v1/projects', { body: { name: 'x', localPath: '/x', nmae: 'y' } })
    assert.deepEqual(refused(answer), [400, 'invalid-input'])
    assert.match(answer.body.error.message, /nmae/)
    assert.deepEqual(refused(await scene.call('GET', '/api/v1/runs?satus=queued')), [400, 'invalid-input'])
  })

  test('what is no JSON, too large, or not asked for is refused', async () => {
    const send = async (body: string, type = 'application/json'): Promise<readonly [number, string]> =>
      refused(await scene.call('POST', '/api/v1/projects', { body, headers: { 'content-type': type } }))
    assert.deepEqual(await send('{"name":'), [400, 'invalid-input'])
    assert.deepEqual(await send(''), [400, 'invalid-input'])
    assert.deepEqual(await send('{"name":"x","localPath":"/x"}', 'text/plain'), [415, 'unsupported-media-type'])
    assert.deepEqual(await send('name=x', 'application/x-www-form-urlencoded'), [415, 'unsupported-media-type'])
    assert.deepEqual(await send(JSON.stringify({ name: 'x'.repeat(1_100_000) })), [413, 'payload-too-large'])
    assert.deepEqual(await send('{"__proto__":{"name":"x"}}'), [400, 'invalid-input'])
  })

  test('what does not exist is refused in the same shape', async () => {
    for (const path of ['/api/v1/nothing', '/api/v1/runs/not-an-id/nothing', '/nothing']) {
      const answer = await scene.call<Refusal>('GET', path, { headers: { 'x-request-id': 'request-7' } })
      assert.deepEqual(answer.body, {
        error: { code: 'not-found', message: `There is nothing at GET ${path}.`, help: errorCatalogue['not-found'].help, details: {}, requestId: 'request-7' },
      })
    }
    assert.deepEqual(refused(await scene.call('GET', `/api/v1/runs/${nobody}`)), [404, 'not-found'])
    assert.deepEqual(refused(await scene.call('GET', '/api/v1/runs/seven')), [400, 'invalid-input'])
    assert.deepEqual(refused(await scene.call('GET', '/api/v1/%zz')), [400, 'invalid-input'])
  })

  test('a request id is passed on where it is one, and made where it is not', async () => {
    const idOf = async (id: string): Promise<unknown> => (await scene.call('GET', '/health', { headers: { 'x-request-id': id } })).headers['x-request-id']
    assert.equal(await idOf('from-outside:1'), 'from-outside:1')
    assert.match(String(await idOf('two words')), /^[0-9a-f-]{36}$/)
    assert.match(String((await scene.call('GET', '/health')).headers['x-request-id']), /^[0-9a-f-]{36}$/)
    const project = await scene.call<Project>('POST', '/api/v1/projects', { body: { name: 'x', localPath: '/x' }, headers: { 'x-request-id': 'carried' } })
    const [created] = await scene.ports.store.events.read(`project.${project.body.id}`, 0, 1)
    assert.equal(created?.requestId, 'carried')
  })

  test('a fault inside says nothing but the request id, and the log has the rest', async () => {
    const failing = await scene.again()
    try {
      const { store } = scene.ports
      const list = store.projects.list
      Object.assign(store.projects, { list: async () => Promise.reject(new Error('password=hunter2')) })
      const answer = await failing.call<Refusal>('GET', '/api/v1/projects', { headers: { 'x-request-id': 'fault-1' } })
      Object.assign(store.projects, { list })
      assert.deepEqual(refused(answer), [500, 'internal'])
      assert.doesNotMatch(JSON.stringify(answer.body), /hunter2/)
      assert.ok(scene.ports.log.lines.some((line) => line['requestId'] === 'fault-1'))
    } finally {
      await failing[Symbol.asyncDispose]()
    }
  })

  test('every error code says what to do about it', () => {
    for (const [code, { help, status }] of Object.entries(errorCatalogue)) {
      assert.ok(help.length > 10, code)
      assert.ok(status >= 400 && status < 600, code)
    }
  })

  test('the present state of health is told, in short to anyone', async () => {
    const open = await scene.call('GET', '/health', { headers: { authorization: '' } })
    assert.deepEqual([open.status, open.body], [200, { status: 'ok', version: '0.0.0-test' }])
    assert.equal((await scene.call('GET', '/health/ready')).status, 200)
    const detailed = await scene.call<{ checks: readonly { name: string }[] }>('GET', '/api/v1/health')
    assert.equal(detailed.status, 200)
    assert.deepEqual(detailed.body.checks.map(({ name }) => name), ['queue', 'workers', 'model', 'disk'])
  })
})
