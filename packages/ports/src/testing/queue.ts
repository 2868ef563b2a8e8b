import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { Job } from '@codeforge/contracts/job'
import { describeBroadcasts, describeRequests } from './queue-messages.ts'
import { always, coded, hear, never, nothingArrives, pool, soon, take, takeOne, until } from './queue-scene.ts'
import type { OpenQueue } from './queue-scene.ts'
import { describeTogether } from './queue-together.ts'

/** What an adapter may lack; declared where it is tested. */
export type QueueGap = 'lease'

export interface QueueContractOptions {
  /** The lease with which `open` opens; it must be a second at most, or `lease` be skipped. */
  readonly leaseMs: number
  /** A job delivered more often goes to the dead letters. At least 3. */
  readonly maxDeliveries: number
  readonly skip?: readonly QueueGap[]
}

/** A job that every schema accepts; its work is an address. */
export function aJob(changes: Partial<Job> = {}): Job {
  return {
    ...Job.parse({
      id: randomUUID(), kind: 'run', pool: 'default', publication: 1, runId: randomUUID(), projectId: randomUUID(),
      tenant: randomUUID(), requestId: 'request-1',
      work: { kind: 'blob', digest: 'a'.repeat(64), size: 12, mediaType: 'application/json', preview: '' },
    }),
    ...changes,
  }
}

/** Jobs: what publish, consume and the ends of a delivery promise. */
function describeJobs(open: OpenQueue, { leaseMs, maxDeliveries, skip = [] }: QueueContractOptions): void {
  test('delivers jobs in the order of their publication', async () => {
    await using queue = await open()
    const jobs = Array.from({ length: 20 }, () => aJob())
    await queue.publish(jobs, never)
    const deliveries = await take(queue.consume({ pools: [pool('default')], kind: 'run', slots: always(20) }, soon()), 20)
    assert.deepEqual(deliveries.map(({ job, deliveries: count }) => ({ job, count })), jobs.map((job) => ({ job, count: 1 })))
  })

  test('an acknowledged job is gone', async () => {
    await using queue = await open()
    await queue.publish([aJob()], never)
    await (await takeOne(queue.consume({ pools: [pool('default')], kind: 'run', slots: always(1) }, soon()))).ack()
    await until(async () => {
      const { pending, inFlight } = await queue.status()
      return pending === 0 && inFlight === 0
    })
    assert.deepEqual(await queue.status(), { connected: true, pending: 0, inFlight: 0, deadLetters: 0, oldestAgeMs: null })
  })

  test('a delivery ends once', async () => {
    await using queue = await open()
    await queue.publish([aJob()], never)
    const delivery = await takeOne(queue.consume({ pools: [pool('default')], kind: 'run', slots: always(1) }, soon()))
    await delivery.ack()
    await assert.rejects(delivery.ack(), coded('conflict'))
    await assert.rejects(delivery.retry(0), coded('conflict'))
    await assert.rejects(delivery.reject('late'), coded('conflict'))
  })

  test('status counts what waits, what is in hand, and the age of the oldest', async () => {
    await using queue = await open()
    await queue.publish([aJob(), aJob(), aJob()], never)
    await takeOne(queue.consume({ pools: [pool('default')], kind: 'run', slots: always(1) }, soon()))
    const { oldestAgeMs, ...status } = await queue.status()
    assert.deepEqual(status, { connected: true, pending: 2, inFlight: 1, deadLetters: 0 })
    assert.ok(oldestAgeMs !== null && oldestAgeMs >= 0 && oldestAgeMs < 10_000)
  })

  test('a retried job comes again after its delay, and counts its deliveries', async () => {
    await using queue = await open()
    const job = aJob()
    await queue.publish([job], never)
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(1) }, soon())
    await (await takeOne(deliveries)).retry(200)
    const since = performance.now()
    const again = await takeOne(deliveries)
    assert.deepEqual({ job: again.job, deliveries: again.deliveries }, { job, deliveries: 2 })
    assert.ok(performance.now() - since >= 180, 'it came before its delay')
  })

  test('a job whose holder falls silent is delivered again', { skip: skip.includes('lease') }, async () => {
    await using queue = await open()
    const job = aJob()
    await queue.publish([job], never)
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(2) }, soon())
    await takeOne(deliveries)
    const again = await takeOne(deliveries)
    assert.deepEqual({ job: again.job, deliveries: again.deliveries }, { job, deliveries: 2 })
  })

  test('working keeps the lease', { skip: skip.includes('lease') }, async () => {
    await using queue = await open()
    await queue.publish([aJob()], never)
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(2) }, soon())
    const delivery = await takeOne(deliveries)
    const another = deliveries[Symbol.asyncIterator]().next()
    for (let beat = 0; beat < 8; beat += 1) {
      await delivery.working()
      assert.ok(await nothingArrives(another, leaseMs / 4))
    }
    await delivery.ack()
  })

  test('a job that never finishes goes to the dead letters', { skip: skip.includes('lease') }, async () => {
    await using queue = await open()
    await queue.publish([aJob()], never)
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(1) }, soon())
    const reader = (async () => {
      for await (const delivery of deliveries) await delivery.retry(0)
    })()
    await until(async () => (await queue.deadLetters(10)).length === 1)
    const [letter] = await queue.deadLetters(10)
    assert.match(letter?.reason ?? '', new RegExp(`${maxDeliveries} times`))
    await queue[Symbol.asyncDispose]()
    await reader
  })
}

/** Who gets which job: deduplication, pools, slots, giving back. */
function describeSharing(open: OpenQueue): void {
  test('drops a publication that it has seen, and takes the next one', async () => {
    await using queue = await open()
    const job = aJob()
    await queue.publish([job, job], never)
    await queue.publish([job], never)
    await queue.publish([{ ...job, publication: 2 }], never)
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(9) }, soon())
    const taken = await take(deliveries, 2)
    assert.deepEqual(taken.map((delivery) => delivery.job.publication), [1, 2])
    assert.ok(await nothingArrives(deliveries[Symbol.asyncIterator]().next()))
  })

  test('gives a consumer the jobs of its pools only', async () => {
    await using queue = await open()
    const [first, second, third] = [aJob({ pool: pool('first') }), aJob({ pool: pool('second') }), aJob({ pool: pool('third') })]
    await queue.publish([third, second, first], never)
    const deliveries = queue.consume({ pools: [pool('first'), pool('second')], kind: 'run', slots: always(9) }, soon())
    const taken = await take(deliveries, 2)
    assert.deepEqual(new Set(taken.map((delivery) => delivery.job.id)), new Set([first.id, second.id]))
    assert.ok(await nothingArrives(deliveries[Symbol.asyncIterator]().next()))
  })

  test('no more than its slots are unfinished; one that ends makes room', async () => {
    await using queue = await open()
    await queue.publish(Array.from({ length: 5 }, () => aJob()), never)
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(2) }, soon())
    const [one] = await take(deliveries, 2)
    const third = deliveries[Symbol.asyncIterator]().next()
    assert.ok(await nothingArrives(third))
    await one?.ack()
    assert.equal((await third).done, false)
    assert.ok(await nothingArrives(deliveries[Symbol.asyncIterator]().next()))
  })

  test('slots are shared by the pools of one consumer', async () => {
    await using queue = await open()
    await queue.publish([aJob({ pool: pool('first') }), aJob({ pool: pool('second') })], never)
    const deliveries = queue.consume({ pools: [pool('first'), pool('second')], kind: 'run', slots: always(1) }, soon())
    const one = await takeOne(deliveries)
    const other = deliveries[Symbol.asyncIterator]().next()
    assert.ok(await nothingArrives(other))
    await one.ack()
    assert.notEqual((await other).value?.job.id, one.job.id)
  })

  test('slots are read again when they grow', async () => {
    await using queue = await open()
    let slots = 0
    await queue.publish([aJob()], never)
    const next = queue.consume({ pools: [pool('default')], kind: 'run', slots: () => slots }, soon())[Symbol.asyncIterator]().next()
    assert.ok(await nothingArrives(next))
    slots = 1
    assert.equal((await next).done, false)
  })

  test('gives unfinished jobs back when its signal aborts', async () => {
    await using queue = await open()
    const job = aJob()
    await queue.publish([job], never)
    const leaving = new AbortController()
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(3) }, leaving.signal)
    const left = await takeOne(deliveries)
    leaving.abort()
    assert.deepEqual(await take(deliveries, 1), [])
    const again = await takeOne(queue.consume({ pools: [pool('default')], kind: 'run', slots: always(1) }, soon()))
    assert.deepEqual(again.job, job)
    // The count may be low here, never high: see `Delivery.deliveries`.
    assert.ok(again.deliveries === 1 || again.deliveries === 2, `it counts ${again.deliveries} deliveries`)
    await left.ack()
    await again.ack()
  })

  test('a reader that breaks off keeps what it holds, and the rest is given back', async () => {
    await using queue = await open()
    const [first, second] = [aJob(), aJob()]
    await queue.publish([first, second], never)
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(2) }, soon())[Symbol.asyncIterator]()
    const held = await deliveries.next()
    await deliveries.return?.()
    const again = await takeOne(queue.consume({ pools: [pool('default')], kind: 'run', slots: always(2) }, soon()))
    assert.deepEqual([held.value?.job, again.job], [first, second])
    await held.value?.ack()
    await again.ack()
    await until(async () => {
      const { pending, inFlight } = await queue.status()
      return pending + inFlight === 0
    })
  })

  test('a signal that has aborted already takes nothing', async () => {
    await using queue = await open()
    await queue.publish([aJob()], never)
    assert.deepEqual(await take(queue.consume({ pools: [pool('default')], kind: 'run', slots: always(3) }, AbortSignal.abort()), 1), [])
    await assert.rejects(queue.publish([aJob()], AbortSignal.abort(new Error('left'))), /left/)
  })

  test('two consumers never hold the same job', async () => {
    await using queue = await open()
    await queue.publish(Array.from({ length: 40 }, () => aJob()), never)
    const consume = () => queue.consume({ pools: [pool('default')], kind: 'run', slots: always(20) }, soon())
    const taken = (await Promise.all([take(consume(), 20), take(consume(), 20)])).flat()
    assert.equal(new Set(taken.map((delivery) => delivery.job.id)).size, 40)
  })
}

/** Dead letters, purge, and the limit of a payload. */
function describeLetters(open: OpenQueue): void {
  test('a rejected job lies among the dead letters with its reason, and replays as the next publication', async () => {
    await using queue = await open()
    const job = aJob()
    await queue.publish([job], never)
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(1) }, soon())
    await (await takeOne(deliveries)).reject('no such mode')
    const [letter, ...more] = await queue.deadLetters(10)
    assert.deepEqual(
      { subject: letter?.subject, reason: letter?.reason, job: JSON.parse(letter?.payload ?? 'null'), dated: letter?.at instanceof Date, more },
      { subject: 'jobs.default.run', reason: 'no such mode', job, dated: true, more: [] },
    )
    await queue.replay(letter?.id ?? '')
    assert.deepEqual((await takeOne(deliveries)).job, { ...job, publication: 2 })
    assert.deepEqual(await queue.deadLetters(10), [])
    await assert.rejects(queue.replay(letter?.id ?? ''), coded('not-found'))
  })

  test('lists the oldest dead letters first, as many as asked for', async () => {
    await using queue = await open()
    await queue.publish([aJob(), aJob(), aJob()], never)
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(1) }, soon())
    for (const reason of ['one', 'two', 'three']) await (await takeOne(deliveries)).reject(reason)
    const [first] = await queue.deadLetters(2)
    assert.deepEqual((await queue.deadLetters(2)).map((letter) => letter.reason), ['one', 'two'])
    assert.deepEqual((await queue.deadLetters(1, first?.id)).map((letter) => letter.reason), ['two'])
    assert.equal((await queue.status()).deadLetters, 3)
  })

  test('replaying what is not there is refused', async () => {
    await using queue = await open()
    for (const id of ['1', '999999', '0', '-1', 'x', '']) await assert.rejects(queue.replay(id), coded('not-found'))
  })

  test('purge removes what waits; consumers, dead letters and later jobs stay', async () => {
    await using queue = await open()
    await queue.publish([aJob(), aJob(), aJob()], never)
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(1) }, soon())
    await (await takeOne(deliveries)).reject('kept')
    const inHand = await takeOne(deliveries)
    await queue.purge()
    const after = aJob()
    await queue.publish([after], never)
    await inHand.ack()
    assert.deepEqual((await takeOne(deliveries)).job, after)
    assert.deepEqual((await queue.deadLetters(10)).map((letter) => letter.reason), ['kept'])
  })

  test('refuses a job that is too large, and publishes none of its batch', async () => {
    await using queue = await open()
    const large = aJob({ requestId: 'x'.repeat(70_000) as Job['requestId'] })
    await assert.rejects(queue.publish([aJob(), large], never), coded('payload-too-large'))
    assert.equal((await queue.status()).pending, 0)
  })
}

/** Leaving in good order. */
function describeLeaving(open: OpenQueue): void {
  test('drain takes nothing new, and waits for what is under way', async () => {
    await using queue = await open()
    await queue.publish([aJob(), aJob()], never)
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(1) }, never)
    const inHand = await takeOne(deliveries)
    let drained = false
    const draining = queue.drain().then(() => (drained = true))
    assert.deepEqual(await take(deliveries, 1), [])
    assert.equal(drained, false)
    await inHand.ack()
    await draining
    // A server counts what was acknowledged in its own time.
    await until(async () => (await queue.status()).inFlight === 0)
    assert.equal((await queue.status()).pending, 1)
  })

  test('drain answers the requests that it took', async () => {
    await using queue = await open()
    const called = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    await queue.serve('core.record', async () => {
      called.resolve()
      await release.promise
      return 'recorded'
    })
    const answer = queue.request('core.record', {}, soon())
    await called.promise
    const draining = queue.drain()
    release.resolve()
    await draining
    assert.equal(await answer, 'recorded')
    await assert.rejects(queue.request('core.record', {}, soon()), coded('queue-unavailable'))
  })

  test('disposes twice, and ends what iterates', async () => {
    const queue = await open()
    const deliveries = queue.consume({ pools: [pool('default')], kind: 'run', slots: always(1) }, never)
    const messages = queue.listen('live.>', never)
    const ended = Promise.all([take(deliveries, 1), hear(messages, 1)])
    await queue[Symbol.asyncDispose]()
    await queue[Symbol.asyncDispose]()
    assert.deepEqual(await ended, [[], []])
  })
}

/** What every queue must do, whichever it is. */
export function describeQueueContract(name: string, open: OpenQueue, options: QueueContractOptions): void {
  describe(`queue contract: ${name}`, () => {
    describe('jobs', () => describeJobs(open, options))
    describe('sharing', () => describeSharing(open))
    describe('together', () => describeTogether(open))
    describe('dead letters and limits', () => describeLetters(open))
    describe('requests', () => describeRequests(open))
    describe('broadcasts', () => describeBroadcasts(open))
    describe('leaving', () => describeLeaving(open))
  })
}
