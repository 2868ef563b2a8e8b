import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { test } from 'node:test'
import { chromium } from './chromium.ts'
import { natsServer, withoutNats } from './nats-server.ts'
import { postgresServer } from './postgres-server.ts'

test('a nats-server keeps its port and its store over a stop, a start and a kill', { skip: await withoutNats() }, async () => {
  await using nats = await natsServer()
  assert.match(await greeting(nats.port), /"jetstream":true/)
  await nats.stop()
  await assert.rejects(greeting(nats.port), { code: 'ECONNREFUSED' })
  await nats.start()
  await nats.kill()
  await nats.start()
  assert.match(await greeting(nats.port), /^INFO /)
  assert.ok(existsSync(nats.storeDirectory))
})

test('a PostgreSQL comes back on the same port after a restart and after a kill', async () => {
  await using postgres = await postgresServer({ settings: { max_connections: '20' } })
  const first = postgres.pid
  await postgres.restart()
  assert.notEqual(postgres.pid, first)
  await postgres.kill()
  await postgres.start()
  // The first byte of the answer to "may I use TLS": N for no.
  assert.equal(await greeting(postgres.port, Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])), 'N')
})

test('a server is gone when it was disposed', async () => {
  const postgres = await postgresServer()
  await postgres[Symbol.asyncDispose]()
  assert.throws(() => process.kill(postgres.pid, 0), { code: 'ESRCH' })
})

test('a Chromium renders a page', async () => {
  await using browser = await chromium()
  const page = await browser.newPage()
  await page.setContent('<h1>Hello</h1><script>document.title = document.querySelector("h1").textContent + " " + (6 * 7)</script>')
  assert.equal(await page.title(), 'Hello 42')
  assert.ok((await page.screenshot()).byteLength > 1000)
})

function greeting(port: number, hello?: Buffer): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(port, '127.0.0.1')
  socket.once('connect', () => hello && socket.write(hello))
  socket.once('data', (data) => {
    resolve(data.toString())
    socket.destroy()
  })
  socket.once('error', reject)
  return promise
}
