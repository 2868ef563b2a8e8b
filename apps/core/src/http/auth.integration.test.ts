import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { openScene, refused } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'

const nobody = '00000000-0000-7000-8000-0000000fffff'
const list = '/api/v1/projects'
const body = { name: 'x', localPath: '/x' }

describe('who is let in', () => {
  let scene: Scene
  before(async () => { scene = await openScene() })
  after(async () => { await scene[Symbol.asyncDispose]() })

  const get = async (headers: Readonly<Record<string, string>>, path = list) => scene.call('GET', path, { headers: { authorization: '', ...headers } })
  const signIn = async (path: string) => get({}, path)
  const cookieOf = (header: unknown): string => String(header).split(';', 1)[0] ?? ''

  test('nobody without the token, or with another one', async () => {
    for (const authorization of ['', 'Bearer wrong-token', 'Bearer test-token2', 'Basic dGVzdC10b2tlbg==', 'Bearer test-token extra', 'test-token']) {
      assert.deepEqual(refused(await get({ authorization })), [401, 'unauthorized'])
    }
    assert.equal((await get({ authorization: 'Bearer test-token' })).status, 200)
  })

  test('nobody without the token however the address is written', async () => {
    for (const path of ['/%61pi/v1/projects', '/api%2Fv1/projects', '//api/v1/projects', '/API/v1/projects', '/./api/v1/projects', '/api/v1/projects/', '/%2561pi/v1/projects', '/api/docs', '/api/docs/json', '/api/docs/']) {
      const { status } = await get({}, path)
      assert.ok(status === 401 || status === 404, `${path}: ${status}`)
    }
  })

  test('anybody may see whether it is up, and nothing else', async () => {
    assert.equal((await get({}, '/health')).status, 200)
    assert.equal((await get({}, '/health/live')).status, 200)
    for (const path of ['/api/v1/health', '/api/docs/json', '/api/v1/policies']) assert.deepEqual(refused(await get({}, path)), [401, 'unauthorized'])
    assert.deepEqual(refused(await scene.call('POST', '/health', { headers: { authorization: '' } })), [401, 'unauthorized'])
  })

  test('a browser by the cookie of a link, which works once', async () => {
    const path = scene.core.loginPath()
    const first = await signIn(path)
    assert.deepEqual([first.status, first.headers['location']], [302, '/'])
    assert.match(String(first.headers['set-cookie']), /HttpOnly; SameSite=Strict/)
    assert.equal((await get({ cookie: cookieOf(first.headers['set-cookie']) })).status, 200)
    const second = await signIn(path)
    assert.deepEqual([...refused(second), second.headers['set-cookie']], [401, 'unauthorized', undefined])
    assert.deepEqual(refused(await get({ cookie: 'codeforge_session=guess' })), [401, 'unauthorized'])
  })

  test('a link works for ten minutes and not longer', async () => {
    const kept = scene.core.loginPath()
    await scene.clock.advance(9 * 60_000)
    assert.equal((await signIn(kept)).status, 302)
    const late = scene.core.loginPath()
    await scene.clock.advance(10 * 60_000 + 1)
    assert.deepEqual(refused(await signIn(late)), [401, 'unauthorized'])
    for (const path of ['/login', '/login?code=', '/login?code=guess', '/login?code=a&code=b']) {
      const { status, headers } = await signIn(path)
      assert.deepEqual([status, headers['set-cookie']], [401, undefined])
    }
  })

  test('who is signed in can have a link made, others cannot', async () => {
    const made = await scene.call<{ path: string }>('POST', '/api/v1/login-links')
    assert.equal(made.status, 201)
    assert.equal((await signIn(made.body.path)).status, 302)
    assert.deepEqual(refused(await scene.call('POST', '/api/v1/login-links', { headers: { authorization: '' } })), [401, 'unauthorized'])
  })

  test('nobody who addresses the server by another name, as a rebound domain does', async () => {
    for (const host of ['evil.example', 'evil.example:4747', '127.0.0.1.evil.example', 'localhost.evil.example:4747', '10.0.0.1:4747', 'user@127.0.0.1']) {
      assert.deepEqual(refused(await scene.call('GET', list, { headers: { host } })), [403, 'forbidden'], host)
      assert.deepEqual(refused(await scene.call('GET', '/health', { headers: { host } })), [403, 'forbidden'], host)
    }
    for (const host of ['localhost:4747', '127.0.0.1', '[::1]:4747', 'LOCALHOST:4747']) {
      assert.equal((await scene.call('GET', list, { headers: { host } })).status, 200, host)
    }
  })

  test('no page of another origin, not even with the token', async () => {
    for (const origin of ['https://evil.example', 'http://localhost:3000', 'null', 'http://127.0.0.1:4748', '']) {
      assert.deepEqual(refused(await scene.call('POST', list, { body, headers: { origin } })), [403, 'forbidden'], origin)
      assert.deepEqual(refused(await scene.call('GET', list, { headers: { origin } })), [403, 'forbidden'], origin)
    }
    assert.equal((await scene.call('POST', list, { body, headers: { origin: 'http://127.0.0.1:4747' } })).status, 201)
  })

  test('no write that another site makes the browser send', async () => {
    for (const site of ['cross-site', 'same-site']) {
      assert.deepEqual(refused(await scene.call('POST', list, { body, headers: { 'sec-fetch-site': site } })), [403, 'forbidden'], site)
    }
    for (const site of ['same-origin', 'none']) {
      assert.equal((await scene.call('POST', list, { body, headers: { 'sec-fetch-site': site } })).status, 201, site)
    }
  })

  test('no socket of another page, nor without the cookie or token', async () => {
    await scene.core.app.ready()
    const open = async (headers: Readonly<Record<string, string>>): Promise<string> => {
      try {
        const socket = await scene.core.app.injectWS('/api/v1/stream', { headers: { host: '127.0.0.1:4747', ...headers } })
        socket.terminate()
        return 'open'
      } catch (error) {
        return String((error as Error).message)
      }
    }
    const cookie = cookieOf((await signIn(scene.core.loginPath())).headers['set-cookie'])
    assert.match(await open({}), /401/)
    assert.match(await open({ cookie: 'codeforge_session=guess' }), /401/)
    assert.match(await open({ cookie, origin: 'https://evil.example' }), /403/)
    assert.match(await open({ cookie, host: 'evil.example' }), /403/)
    assert.equal(await open({ cookie, origin: 'http://127.0.0.1:4747' }), 'open')
    assert.equal(await open({ authorization: 'Bearer test-token' }), 'open')
  })

  test('a socket for an address that has none gets a plain answer, and is ended', async () => {
    const { port } = new URL(await scene.core.start())
    for (const path of ['/health', '/api/v1/nothing', '/api/v1/projects', `/api/v1/runs/${nobody}/stream`]) {
      const socket = connect(Number(port), '127.0.0.1')
      const ended = once(socket, 'end')
      socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer test-token\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`)
      socket.resume()
      await ended
      socket.destroy()
    }
  })

  test('answers forbid what a page of ours has no need of', async () => {
    const { headers } = await get({}, '/health')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.match(String(headers['content-security-policy']), /default-src 'self'.*frame-ancestors 'none'/)
    assert.equal(headers['access-control-allow-origin'], undefined)
  })
})

test('who guesses tokens is slowed down like anyone', async () => {
  await using scene = await openScene({ config: { server: { requestsPerMinute: 3, port: 0 } } })
  const answers = []
  for (let number = 0; number < 4; number += 1) answers.push(await scene.call('GET', list, { headers: { authorization: `Bearer guess-${number}` } }))
  assert.deepEqual(answers.map(({ status }) => status), [401, 401, 401, 429])
})

test('who asks too often is told when to come back', async () => {
  await using scene = await openScene({ config: { server: { requestsPerMinute: 3, port: 0 } } })
  const answers = []
  for (let number = 0; number < 4; number += 1) answers.push(await scene.call('GET', list))
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 429])
  assert.deepEqual(refused(answers[3]!), [429, 'rate-limited'])
  assert.ok(Number(answers[3]?.headers['retry-after']) > 0)
  assert.equal((await scene.call('GET', '/health')).status, 200)
})
