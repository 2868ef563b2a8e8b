import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { EventEnvelope, StreamName } from '@codeforge/contracts/event'
import { EventEnvelope as EventEnvelopeSchema } from '@codeforge/contracts/event'
import type { Store } from '../../store/store.ts'
import { context, drafts, newId } from './builders.ts'
import { moment, type StoreTest } from './subject.ts'

const aStream = (): StreamName => `run.${newId.run()}`
const texts = (events: readonly EventEnvelope[]) => events.map(({ data }) => data.kind === 'guidance.added' ? data.text : data.kind)

export function describeEvents(test: StoreTest): void {
  describe('events', () => {
    test('what an append returns is what is read, numbered without a gap', async ({ events }) => {
      const stream = aStream()
      const first = await events.append(stream, 0, drafts(3, 'a'), context)
      const second = await events.append(stream, 3, drafts(2, 'b'), { ...context, requestId: null })
      const read = await events.read(stream, 0, 100)
      assert.deepEqual(read, [...first, ...second])
      assert.deepEqual(read.map(({ sequence }) => sequence), [1, 2, 3, 4, 5])
      assert.deepEqual(texts(read), ['a 1', 'a 2', 'a 3', 'b 1', 'b 2'])
      for (const event of read) EventEnvelopeSchema.parse(event)
    })

    test('reading goes on after a sequence, up to a limit', async ({ events }) => {
      const stream = aStream()
      await events.append(stream, 0, drafts(5), context)
      assert.deepEqual(texts(await events.read(stream, 2, 2)), ['turn 3', 'turn 4'])
      assert.deepEqual(await events.read(stream, 5, 2), [])
      assert.deepEqual(await events.read(aStream(), 0, 2), [])
    })

    test('an append elsewhere than at the end is refused and leaves nothing', async ({ events }) => {
      const stream = aStream()
      await events.append(stream, 0, drafts(3), context)
      for (const expected of [0, 2, 4]) {
        await assert.rejects(events.append(stream, expected, drafts(2), context), { code: 'stale-version' })
      }
      await assert.rejects(events.append(aStream(), 1, drafts(1), context), { code: 'stale-version' })
      assert.equal(await events.lastSequence(stream), 3)
    })

    test('appending nothing changes nothing', async ({ events }) => {
      const stream = aStream()
      assert.deepEqual(await events.append(stream, 0, [], context), [])
      assert.equal(await events.lastSequence(stream), 0)
    })

    test('appends to several streams are made all or not at all', async ({ events }) => {
      const [one, two, none] = [aStream(), aStream(), aStream()]
      await events.append(two, 0, drafts(1, 'a'), context)
      const append = (stream: StreamName, expected: number, count: number) => ({ stream, expected, drafts: drafts(count, 'b'), context: { ...context, actor: `user:${String(expected)}` } })
      await events.appendAll([append(one, 0, 2), append(none, 0, 0), append(two, 1, 3)])
      assert.deepEqual(texts(await events.read(one, 0, 9)), ['b 1', 'b 2'])
      assert.deepEqual((await events.read(two, 1, 9)).map(({ sequence, actor }) => [sequence, actor]), [[2, 'user:1'], [3, 'user:1'], [4, 'user:1']])
      for (const expected of [3, 5]) await assert.rejects(events.appendAll([append(one, 2, 1), append(two, expected, 1)]), { code: 'stale-version' })
      assert.deepEqual([await events.lastSequence(one), await events.lastSequence(two)], [2, 4])
    })

    test('of many appends at once to one place exactly one is made', async (store) => {
      const stream = aStream()
      const appends = Array.from({ length: 10 }, () => store.transaction(({ events }) => events.append(stream, 0, drafts(2), context)))
      const results = await Promise.allSettled(appends)
      const refused = results.flatMap((result) => result.status === 'rejected' ? [(result.reason as { code?: string }).code] : [])
      assert.deepEqual(refused, Array.from({ length: 9 }, () => 'stale-version'))
      assert.equal(await store.events.lastSequence(stream), 2)
    })

    test('NUL and broken surrogates, which databases refuse, are stored as signs for them', async ({ events }) => {
      const stream = aStream()
      const [draft] = drafts(1, 'a\0b \udc00 c\\u0000 \ud83d\ude42')
      const appended = await events.append(stream, 0, draft ? [draft] : [], context)
      assert.deepEqual(texts(appended), ['a\u2400b \ufffd c\\u0000 🙂 1'])
      assert.deepEqual(await events.read(stream, 0, 1), appended)
    })

    test('a deleted stream is gone, and others stay', async ({ events }) => {
      const [gone, stays] = [aStream(), aStream()]
      await events.append(gone, 0, drafts(2), context)
      await events.append(stays, 0, drafts(2), context)
      await events.deleteStream(gone)
      assert.deepEqual([await events.lastSequence(gone), await events.lastSequence(stays)], [0, 2])
    })

    describeOrder(test)
  })
}

function describeOrder(test: StoreTest): void {
  test('all streams are read in the order of their positions', async ({ events }) => {
    const [one, two] = [aStream(), aStream()]
    const appended = [
      ...await events.append(one, 0, drafts(2, 'a'), context),
      ...await events.append(two, 0, drafts(1, 'b'), context),
      ...await events.append(one, 2, drafts(1, 'c'), context),
    ]
    assert.deepEqual(await events.readAll(0, 10), appended)
    assert.deepEqual(await events.readAll(appended[1]?.position ?? 0, 1), appended.slice(2, 3))
    assert.deepEqual(await events.readAll(appended[3]?.position ?? 0, 1), [])
  })

  test('events that lie far apart are found, however many are gone between them', async (store) => {
    const [first, gone, last] = [aStream(), aStream(), aStream()]
    await store.events.append(first, 0, drafts(1, 'a'), context)
    for (let expected = 0; expected < 12_000; expected += 3000) await store.events.append(gone, expected, drafts(3000, 'b'), context)
    await store.events.append(last, 0, drafts(2, 'c'), context)
    await store.events.deleteStream(gone)
    assert.deepEqual(texts(await store.events.readAll(0, 10)), ['a 1', 'c 1', 'c 2'])
    assert.deepEqual(texts(await store.events.readAll(0, 2)), ['a 1', 'c 1'])
  })

  test('events of some kinds since a moment are read in order, batch by batch', async ({ events }) => {
    const [stream, since] = [aStream(), new Date('2030-01-01T00:00:00Z')]
    const at = (hours: number, index: number) => ({ ...drafts(3, 'k')[index]!, at: new Date(since.getTime() + hours * 3_600_000) })
    await events.append(stream, 0, [at(-1, 0), at(1, 1), at(2, 2)], context)
    const query = { tenant: context.tenant, kinds: ['guidance.added'], since, afterPosition: 0 }
    const first = await events.readKinds(query, 1)
    assert.deepEqual(texts(first), ['k 2'])
    assert.deepEqual(texts(await events.readKinds({ ...query, afterPosition: first[0]!.position }, 10)), ['k 3'])
    assert.deepEqual(await events.readKinds({ ...query, kinds: ['run.started'] }, 10), [])
  })

  test('a reader does not pass over events of a transaction that commits late', async (store) => {
    const appended = moment()
    using go = moment()
    const late = store.transaction(async ({ events }) => {
      await events.append(aStream(), 0, drafts(1, 'late'), context)
      appended.reach()
      await go.reached
    })
    await appended.reached
    await store.events.append(aStream(), 0, drafts(1, 'early'), context)
    assert.deepEqual(await store.events.readAll(0, 10), [])
    go.reach()
    await late
    assert.deepEqual(texts(await store.events.readAll(0, 10)), ['late 1', 'early 1'])
  })

  test('a reader that follows many writers sees every event once', async (store) => {
    const writers = Array.from({ length: 4 }, (_, index) => write(store, index))
    const writing = Promise.all(writers).then(() => true)
    const seen: number[] = []
    for (let last = 0, done = false; !done;) {
      done = await Promise.race([writing, store.settings.get('turn').then(() => false)])
      for (const { position } of await store.events.readAll(last, 1000)) {
        seen.push(position)
        last = position
      }
    }
    assert.equal(new Set(seen).size, seen.length)
    assert.equal(seen.length, 4 * 15 * 3)
  })
}

async function write(store: Store, writer: number): Promise<void> {
  for (let count = 0; count < 15; count += 1) {
    await store.transaction(async ({ events, settings }) => {
      await events.append(aStream(), 0, drafts(3), context)
      // A round trip more or less, so that transactions commit in another order than they began.
      if ((writer + count) % 2 === 0) await settings.get('pause')
    })
  }
}
