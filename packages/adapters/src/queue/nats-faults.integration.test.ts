import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Job } from '@codeforge/contracts/job'
import type { Queue } from '@codeforge/ports/queue'
import { aJob } from '@codeforge/ports/testing/queue'
import { alikeJobs } from '@codeforge/ports/testing/queue-together'
import { natsServer } from '@codeforge/testing/nats-server'
import type { NatsServer } from '@codeforge/testing/nats-server'
import { natsQueue } from './nats.ts'
import { bareConnection, deleteStreams, raceTheDeletion } from './nats/__fixtures__/bare-connection.ts'

const never = new AbortController().signal
let server: NatsServer

before(async () => void (server = await natsServer()))
after(() => server[Symbol.asyncDispose]())
beforeEach(() => deleteStreams(server.url))

const openQueue = (options: Record<string, unknown> = {}) => natsQueue.open(natsQueue.config.parse({ servers: [server.url], leaseMs: 1_000, ...options }))

/** Consumes until the signal aborts and notes every id once acknowledged. */
async function work(queue: Queue, done: Set<string>, signal: AbortSignal, slots = 4): Promise<void> {
  for await (const delivery of queue.consume({ pools: ['default'], kind: 'run', slots: () => slots }, signal)) {
    done.add(delivery.job.id)
    await delivery.ack()
  }
}

/** What core's relay does: publishes until the queue has stored it. */
async function publishSurely(queue: Queue, job: Job): Promise<void> {
  const limit = AbortSignal.timeout(20_000)
  for (;;) {
    try {
      return await queue.publish([job], limit)
    } catch (error) {
      if (limit.aborted) throw new Error('publishing never worked again', { cause: error })
      if (!(error instanceof CodeForgeError && error.retryable)) throw error
      await sleep(50)
    }
  }
}

async function until(holds: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `it did not come about within ${limitMs} ms`)
    await sleep(20)
  }
}

/** Publishes one job after the other and works them off while `fault` happens in the middle. */
async function surviveUnderLoad(fault: () => Promise<void>, republish: boolean): Promise<void> {
  await using core = await openQueue()
  await using worker = await openQueue({ identity: 'worker' })
  const stop = new AbortController()
  const done = new Set<string>()
  const working = work(worker, done, stop.signal)
  const jobs = Array.from({ length: 120 }, () => aJob())
  const faulty = sleep(200).then(fault)
  for (const job of jobs) {
    await publishSurely(core, job)
    await sleep(5)
  }
  await faulty
  const lost = (): Job[] => jobs.filter((job) => !done.has(job.id))
  // The store is the truth: core publishes again what nobody claimed, until somebody does.
  for (let publication = 2; republish && lost().length > 0 && publication < 20; publication += 1) {
    for (const job of lost()) await publishSurely(core, { ...job, publication })
    await until(() => lost().length === 0, 2_000).catch(() => undefined)
  }
  await until(() => lost().length === 0)
  stop.abort()
  await working
}

describe('a nats-server that fails', { concurrency: false }, () => {
  test('stopped for two seconds and started again: nothing is lost, loops go on', () =>
    surviveUnderLoad(async () => {
      await server.stop()
      await sleep(2_000)
      await server.start()
    }, false))

  test('killed and started again: loops go on', () =>
    surviveUnderLoad(async () => {
      await server.kill()
      await server.start()
    }, true))

  test('the stream deleted under load: made again, loops go on', () => surviveUnderLoad(() => deleteStreams(server.url), true))

  test('made anew by somebody while the old stream is still being deleted: found out and repaired', async () => {
    await using core = await openQueue()
    await core.publish(Array.from({ length: 500 }, () => aJob({ requestId: 'x'.repeat(60_000) as Job['requestId'] })), never)
    await using racer = await raceTheDeletion(server.url)
    await surviveUnderLoad(() => racer.run(), true)
  })

  test('a stream whose files vanish under a running server is made anew', async () => {
    await using core = await openQueue()
    await core.publish([aJob()], never)
    await rm(join(server.storeDirectory, 'jetstream'), { recursive: true })
    const done = new Set<string>()
    const stop = new AbortController()
    const working = work(core, done, stop.signal)
    const job = aJob()
    for (let publication = 1; !done.has(job.id); publication += 1) {
      assert.ok(publication < 20)
      await publishSurely(core, { ...job, publication })
      await until(() => done.has(job.id), 1_000).catch(() => undefined)
    }
    stop.abort()
    await working
  })

  test('its whole store wiped while it was down: made again, loops go on', () =>
    surviveUnderLoad(async () => {
      await server.stop()
      await rm(server.storeDirectory, { recursive: true, force: true })
      await server.start()
    }, true))

  test('a stream deleted while nothing happens: the next job arrives soon', async () => {
    await using core = await openQueue()
    await using worker = await openQueue({ identity: 'worker' })
    const stop = new AbortController()
    const done = new Set<string>()
    const working = work(worker, done, stop.signal)
    await publishSurely(core, aJob())
    await until(() => done.size === 1)
    await deleteStreams(server.url)
    await publishSurely(core, aJob())
    await until(() => done.size === 2, 5_000)
    stop.abort()
    await working
  })

  test('requests fail at once while it is away, status says so, and both come back', async () => {
    await using core = await openQueue()
    await using worker = await openQueue({ identity: 'worker' })
    await using _service = await core.serve('core.renew', async () => 'go')
    const hanging = Promise.withResolvers<void>()
    await using _slow = await core.serve('core.claim', () => hanging.promise)
    const broken = worker.request('core.claim', {}, never)
    const refused = assert.rejects(broken, (error) => error instanceof CodeForgeError && error.code === 'queue-unavailable')
    await worker.request('core.renew', {}, never)
    await server.stop()
    await refused
    await until(async () => !(await worker.status()).connected)
    await assert.rejects(worker.request('core.renew', {}, never), (error) => error instanceof CodeForgeError && error.code === 'queue-unavailable')
    await assert.rejects(worker.publish([aJob()], never), (error) => error instanceof CodeForgeError && error.retryable)
    worker.broadcast('live.a', 'to nobody')
    await server.start()
    await until(async () => (await worker.request('core.renew', {}, never).catch(() => 'away')) === 'go')
    assert.equal((await worker.status()).connected, true)
    hanging.resolve()
  })

  test('a listener hears again after a restart', async () => {
    await using core = await openQueue()
    await using dashboard = await openQueue()
    const heard = dashboard.listen('live.>', AbortSignal.timeout(20_000))[Symbol.asyncIterator]()
    await server.stop()
    await server.start()
    const beat = setInterval(() => core.broadcast('live.a', 'again'), 50)
    try {
      const { value: message } = await heard.next()
      assert.deepEqual([message?.subject, message?.payload], ['live.a', 'again'])
    } finally {
      clearInterval(beat)
    }
  })

  test('not there at all: opening is refused, and names the address without its password', async () => {
    const opening = openQueue({ servers: ['nats://user:hunter2@127.0.0.1:1'], connectMs: 1_000 })
    await assert.rejects(opening, (error) => {
      assert.ok(error instanceof CodeForgeError && error.code === 'queue-unavailable')
      assert.match(error.message, /127\.0\.0\.1:1/)
      assert.doesNotMatch(error.message, /hunter2/)
      return true
    })
  })
})

describe('connections that share a nats-server', { concurrency: false }, () => {
  test('never hold the same publication at once while it is leased', async () => {
    await using core = await openQueue()
    const workers = await Promise.all([openQueue(), openQueue(), openQueue()])
    const stop = new AbortController()
    const held = new Map<string, number>()
    let [worked, doubled] = [0, 0]
    const loops = workers.map(async (worker) => {
      for await (const delivery of worker.consume({ pools: ['default'], kind: 'run', slots: () => 5 }, stop.signal)) {
        void (async () => {
          const count = (held.get(delivery.job.id) ?? 0) + 1
          held.set(delivery.job.id, count)
          if (count > 1) doubled += 1
          await sleep(Math.random() * 10)
          if (Math.random() < 0.2) {
            held.set(delivery.job.id, count - 1)
            return delivery.retry(5)
          }
          await delivery.ack()
          worked += 1
        })()
      }
    })
    await core.publish(Array.from({ length: 300 }, () => aJob()), never)
    await until(() => worked === 300)
    assert.equal(doubled, 0)
    stop.abort()
    await Promise.all([...loops, ...workers.map((worker) => worker[Symbol.asyncDispose]())])
    assert.equal((await core.status()).inFlight, 0)
  })

  test('a job that a vanished process held comes to another one', async () => {
    await using core = await openQueue()
    const vanishing = await openQueue()
    await core.publish([aJob()], never)
    const taken = vanishing.consume({ pools: ['default'], kind: 'run', slots: () => 1 }, never)[Symbol.asyncIterator]()
    const first = await taken.next()
    await using other = await openQueue()
    const again = await other.consume({ pools: ['default'], kind: 'run', slots: () => 1 }, AbortSignal.timeout(10_000))[Symbol.asyncIterator]().next()
    assert.deepEqual([again.value?.job.id, again.value?.deliveries], [first.value?.job.id, 2])
    await vanishing[Symbol.asyncDispose]()
  })

  test('a payload that does not parse goes to the dead letters with the reason, and the consumer goes on', async () => {
    await using core = await openQueue()
    await using bare = await bareConnection(server.url)
    const good = aJob()
    bare.publish('jobs.default.run', 'not JSON at all')
    bare.publish('jobs.default.run', JSON.stringify({ ...good, id: 'no id' }))
    bare.publish('jobs.default.run', new Uint8Array([0xff, 0xfe]))
    await bare.flush()
    await core.publish([good], never)
    const done = new Set<string>()
    const stop = new AbortController()
    const working = work(core, done, stop.signal, 1)
    await until(() => done.has(good.id))
    await until(async () => (await core.status()).deadLetters === 3)
    const letters = await core.deadLetters(10)
    assert.deepEqual(letters.map(({ subject, reason }) => ({ subject, reason: reason.slice(0, 28) })), [
      { subject: 'jobs.default.run', reason: 'The message is not JSON.' },
      { subject: 'jobs.default.run', reason: 'The message is not a job: id' },
      { subject: 'jobs.default.run', reason: 'The message is not JSON.' },
    ])
    await assert.rejects(core.replay(letters[0]?.id ?? ''), (error) => error instanceof CodeForgeError && error.code === 'invalid-input')
    assert.equal((await core.status()).pending, 0)
    stop.abort()
    await working
  })

  test('a reason in any script comes back as it was', async () => {
    await using core = await openQueue()
    await core.publish([aJob()], never)
    const next = await core.consume({ pools: ['default'], kind: 'run', slots: () => 1 }, never)[Symbol.asyncIterator]().next()
    await next.value?.reject('größer\r\nals 64 KiB 🙂')
    assert.equal((await core.deadLetters(1))[0]?.reason, 'größer\r\nals 64 KiB 🙂')
  })

  test('a full job stream refuses, and takes again when there is room', async () => {
    await using core = await openQueue({ maxJobBytes: 4_096 })
    const publishing = async (): Promise<void> => {
      for (let count = 0; count < 50; count += 1) await core.publish([aJob()], never)
    }
    await assert.rejects(publishing(), (error) => error instanceof CodeForgeError && error.code === 'queue-unavailable' && error.retryable)
    await core.purge()
    await core.publish([aJob()], never)
  })
})

test('jobs that share a message go to a reader that has room for all of them, and wait where none has', async () => {
  await using core = await openQueue()
  await using worker = await openQueue({ identity: 'worker' })
  const jobs = alikeJobs(3)
  let slots = 2
  const taken = new Set<string>()
  const stopping = new AbortController()
  const working = work({ ...worker, consume: (options, signal) => worker.consume({ ...options, slots: () => slots }, signal) }, taken, stopping.signal)
  await core.publish(jobs, never, 3)
  await sleep(400)
  assert.equal(taken.size, 0)
  slots = 3
  while (taken.size < 3) await sleep(20)
  stopping.abort()
  await working
  assert.deepEqual([...taken], jobs.map(({ id }) => id))
})
