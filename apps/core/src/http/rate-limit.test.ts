import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import fastify from 'fastify'
import { rateLimit } from './rate-limit.ts'

async function serverOf(perMinute: number) {
  let now = 0
  const app = fastify()
  app.addHook('onRequest', rateLimit({ clock: { monotonic: () => now } }, perMinute))
  app.setErrorHandler((error, _request, reply) => reply.status(error instanceof CodeForgeError && error.code === 'rate-limited' ? 429 : 500).send())
  app.get('/health', () => 'ok')
  app.get('/other', () => 'ok')
  await app.ready()
  return {
    pass: (milliseconds: number): void => { now += milliseconds },
    ask: async (remoteAddress: string, url = '/other') => app.inject({ url, remoteAddress }),
    [Symbol.asyncDispose]: async () => { await app.close() },
  }
}

test('an address is heard so often a minute, is told when to come back, and is heard again then', async () => {
  await using server = await serverOf(2)
  const status = async (address = '10.0.0.1') => (await server.ask(address)).statusCode
  assert.deepEqual([await status(), await status()], [200, 200])
  server.pass(40_500)
  const refused = await server.ask('10.0.0.1')
  assert.deepEqual([refused.statusCode, refused.headers['retry-after'], refused.headers['x-ratelimit-limit'], refused.headers['x-ratelimit-remaining']], [429, '20', '2', '0'])
  assert.equal(await status('10.0.0.2'), 200)
  server.pass(19_500)
  assert.deepEqual([await status(), await status(), await status()], [200, 200, 429])
})

test('asking in vain does not put off the end of the minute', async () => {
  await using server = await serverOf(1)
  for (let second = 0; second < 60; second += 1) {
    assert.equal((await server.ask('10.0.0.1')).statusCode, second === 0 ? 200 : 429)
    server.pass(1000)
  }
  assert.equal((await server.ask('10.0.0.1')).statusCode, 200)
})

test('whether it is up may be asked without end, unknown addresses may not', async () => {
  await using server = await serverOf(1)
  const statuses = async (url: string) => [await server.ask('10.0.0.1', url), await server.ask('10.0.0.1', url)].map(({ statusCode }) => statusCode)
  assert.deepEqual(await statuses('/health'), [200, 200])
  assert.deepEqual(await statuses('/nothing'), [404, 429])
})

test('so many addresses are remembered and no more; the oldest is forgotten, the newest is not', async () => {
  await using server = await serverOf(1)
  for (let number = 0; number <= 5000; number += 1) await server.ask(`10.1.${number >> 8}.${number & 255}`)
  assert.equal((await server.ask('10.1.19.136')).statusCode, 429)
  assert.equal((await server.ask('10.1.0.0')).statusCode, 200)
})
