import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { aJob } from '@codeforge/ports/testing/queue'
import { until } from '@codeforge/ports/testing/queue-scene'
import { natsServer } from '@codeforge/testing/nats-server'
import type { NatsServer } from '@codeforge/testing/nats-server'
import { nkeys } from '@nats-io/transport-node'
import { natsQueue } from './nats.ts'
import { bareConnection } from './nats/__fixtures__/bare-connection.ts'

const never = new AbortController().signal
const example = new URL('../../../../deploy/nats/nats.conf.example', import.meta.url)
const coded = (code: string) => (error: unknown): boolean => error instanceof CodeForgeError && error.code === code

/** The identities of the example, as an operator would start them. */
async function authorizationOfExample(): Promise<string> {
  const text = await readFile(example, 'utf8')
  return text.slice(text.indexOf('authorization {')).replace('$NATS_CORE_PASSWORD', '"core-secret"').replace('$NATS_WORKER_PASSWORD', '"worker-secret"')
}

describe('the identities of deploy/nats/nats.conf.example', () => {
  let server: NatsServer
  before(async () => void (server = await natsServer({ configuration: await authorizationOfExample() })))
  after(() => server[Symbol.asyncDispose]())

  const open = (identity: 'core' | 'worker', password = `${identity}-secret`) => natsQueue.open(natsQueue.config.parse({
    servers: [server.url], identity, inboxPrefix: `_INBOX_${identity.toUpperCase()}`, login: { kind: 'password', user: identity, password },
  }))

  test('core publishes, a worker takes, asks, rejects and acknowledges', async () => {
    await using core = await open('core')
    await using worker = await open('worker')
    await using _service = await core.serve('core.renew', async (payload) => ({ got: payload }))
    assert.deepEqual(await worker.request('core.renew', 1, AbortSignal.timeout(5_000)), { got: 1 })
    const live = core.listen('live.>', never)[Symbol.asyncIterator]()
    const control = worker.listen('control.>', never)[Symbol.asyncIterator]()
    // An answered request proves that the server has seen the subscriptions before it.
    await worker.request('core.renew', 2, AbortSignal.timeout(5_000))
    await core.status()
    worker.broadcast('live.a', 'output')
    core.broadcast('control.a', 'renew')
    assert.deepEqual([(await live.next()).value?.payload, (await control.next()).value?.payload], ['output', 'renew'])

    await core.publish([aJob(), aJob()], never)
    const jobs = worker.consume({ pools: ['default'], kind: 'run', slots: () => 1 }, AbortSignal.timeout(10_000))[Symbol.asyncIterator]()
    const first = (await jobs.next()).value
    await first?.working()
    await first?.ack()
    await (await jobs.next()).value?.reject('no such mode')
    await worker.drain()
    assert.deepEqual((await core.deadLetters(10)).map((letter) => letter.reason), ['no such mode'])
    // A server counts what was ended in its own time.
    await until(async () => (await core.status()).pending === 0)
  })

  test('a worker answers what core asks about a repository', async () => {
    await using core = await open('core')
    await using worker = await open('worker')
    await using _service = await worker.serve('code.default', async (payload) => ({ got: payload }))
    assert.deepEqual(await core.request('code.default', 1, AbortSignal.timeout(5_000)), { got: 1 })
  })

  test('a worker publishes neither jobs nor events', async () => {
    await using core = await open('core')
    await using worker = await open('worker')
    await assert.rejects(worker.publish([aJob()], never), coded('invalid-config'))
    await using bare = await bareConnection(server.url, { user: 'core', pass: 'core-secret' })
    const heard: string[] = []
    bare.subscribe('events.>', { callback: (_error, message) => void heard.push(message.string()) })
    await bare.flush()
    worker.broadcast('events.system', 'forged')
    core.broadcast('events.system', 'true')
    await core.drain()
    await worker.drain()
    await bare.flush()
    assert.deepEqual(heard, ['"true"'])
  })

  test('a worker hears neither requests nor what core is told, and changes no stream', async () => {
    await using core = await open('core')
    await using worker = await open('worker')
    for (const subject of ['core.>', '_INBOX_CORE.>', 'jobs.>']) {
      await assert.rejects(worker.listen(subject, never)[Symbol.asyncIterator]().next(), coded('invalid-config'))
    }
    await assert.rejects(worker.purge(), coded('queue-unavailable'))
    assert.equal((await core.status()).connected, true)
  })

  test('a wrong password is refused', async () => {
    await assert.rejects(open('worker', 'guessed'), coded('queue-unavailable'))
  })
})

test('a token and a key pair let in as well', async () => {
  const pair = nkeys.createUser()
  const seed = new TextDecoder().decode(pair.getSeed())
  const logins = [
    { configuration: 'authorization { token: "open-sesame" }', login: { kind: 'token', token: 'open-sesame' } },
    { configuration: `authorization { users = [{ nkey: ${pair.getPublicKey()} }] }`, login: { kind: 'nkey', seed } },
  ]
  for (const { configuration, login } of logins) {
    await using server = await natsServer({ configuration })
    await using queue = await natsQueue.open(natsQueue.config.parse({ servers: [server.url], login }))
    assert.equal((await queue.status()).connected, true)
    await assert.rejects(natsQueue.open(natsQueue.config.parse({ servers: [server.url] })), coded('queue-unavailable'))
  }
})
