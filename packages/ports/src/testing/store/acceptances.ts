import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { Digest } from '@codeforge/contracts/blob'
import { EventEnvelope as EventEnvelopeSchema } from '@codeforge/contracts/event'
import type { EventEnvelope } from '@codeforge/contracts/event'
import { RequestId } from '@codeforge/contracts/ids'
import { runBranch, runTitle } from '@codeforge/contracts/run-names'
import type { Run } from '@codeforge/contracts/run'
import type { WorkByTerms } from '@codeforge/contracts/run-work'
import type { Acceptance, AcceptanceStore } from '../../store/acceptances.ts'
import type { JobRecord } from '../../store/jobs.ts'
import type { Store } from '../../store/store.ts'
import { after, aJob, aRun, context, drafts, newId, noon } from './builders.ts'
import { insertProject, moment, type StoreTest } from './subject.ts'

const terms = Digest.parse('c'.repeat(64))

/** A run as it is accepted, with its job. */
export function accepted(view: Partial<Run> = {}, work: Partial<WorkByTerms> = {}, change: Partial<Acceptance> = {}): Acceptance {
  const id = view.id ?? newId.run()
  const plain = aRun({ ...view, id })
  const { projectId, tenant, prompt } = plain.view
  const deliver = { branch: runBranch(id), title: runTitle(prompt) }
  const requestId = RequestId.parse('request-1')
  const run = { ...plain, work: { runId: id, projectId, tenant, prompt, requestId, material: [], baseRef: null, deliver, terms, ...work } }
  const queued = {
    kind: 'run.queued' as const,
    prompt,
    mode: 'coder',
    policy: 'headless-safe',
    retryOf: null,
    maxCostMicroUsd: 5_000_000,
    pinned: [terms],
  }
  return { alike: {}, run, first: { id: newId.run(), requestId, data: queued }, job: aJob(run), ...change }
}

/** The same with its job as published for the first time. */
const published = (one: Acceptance): Acceptance => ({ ...one, job: { ...one.job, status: 'published', publication: 1, publishedAt: noon } })

async function readBack(store: Store, { run }: Acceptance) {
  const [event] = await store.events.read(`run.${run.view.id}`, 0, 9)
  return {
    run: await store.runs.get(run.view.id),
    job: await store.jobs.findByRun(run.view.id),
    first: event,
  }
}

const expected = ({ run, first: { id, requestId, data }, job }: Acceptance, position: number) => ({
  run,
  job,
  first: {
    id,
    version: 1,
    stream: `run.${run.view.id}`,
    sequence: 1,
    position,
    tenant: run.view.tenant,
    actor: run.view.createdBy,
    attempt: null,
    requestId,
    at: run.view.createdAt,
    kind: 'run.queued',
    data,
  },
})

async function assertReadBack(store: Store, accepted: readonly Acceptance[]): Promise<void> {
  const log = await store.events.readAll(0, 100)
  for (const one of accepted) {
    const known = log.find(({ stream }) => stream === `run.${one.run.view.id}`)
    const back = await readBack(store, one)
    assert.deepEqual(back, expected(one, back.first?.position ?? 0))
    // By the stream and in the log of all streams it is the same.
    assert.deepEqual(known, back.first)
  }
}

/** What is accepted reads back with its event and its job, whatever of it is left out or shared in the rows. */
export function describeAcceptances(test: StoreTest): void {
  describe('acceptances', () => {
    test('runs read back with their first events and their jobs', async (store) => {
      const all = [
        accepted(),
        accepted({ prompt: 'Other "words", \\ {and} a\nsecond line', priority: 3 }),
        accepted({}, { deliver: { branch: 'mine', title: 'Mine' }, baseRef: 'v1' }),
      ]
      await store.acceptances.insertAll(all)
      await assertReadBack(store, all)
    })

    test('runs that are alike share what they have in common, and keep what is their own', async (store) => {
      const alike = {}
      const projectId = newId.project()
      const all = ['one', 'two', 'three'].map((prompt) => {
        const requestId = RequestId.parse(`request-${prompt}`)
        const one = accepted({ prompt, projectId }, { requestId }, { alike })
        return { ...one, job: { ...one.job, job: { ...one.job.job, requestId } } }
      })
      await store.acceptances.insertAll([accepted({ mode: 'other' }), ...all])
      await assertReadBack(store, all)
    })

    test('a job may be stored as published, and is not taken again', async (store) => {
      const one = published(accepted())
      await store.acceptances.insertAll([one])
      assert.deepEqual(await store.jobs.findByRun(one.run.view.id), one.job)
      assert.deepEqual(await store.jobs.takeDue(noon, { free: { default: 9 }, perProject: 9 }), [])
    })

    test('work that lies elsewhere, a request that differs from that of the job, and material stay as they are', async (store) => {
      const elsewhere = accepted()
      const [blob, plain] = [aRun({ id: elsewhere.run.view.id }), accepted({}, { requestId: RequestId.parse('another') })]
      const all = [
        {
          ...elsewhere,
          run: { ...elsewhere.run, work: blob.work },
          job: { ...elsewhere.job, job: { ...elsewhere.job.job, work: blob.work } },
        },
        plain,
        accepted({}, {}, { first: { ...accepted().first, requestId: RequestId.parse('third') } }),
      ]
      await store.acceptances.insertAll(all)
      await assertReadBack(store, all)
    })

    test('all are stored or none', async (store) => {
      const [first, second] = [accepted(), accepted()]
      await store.acceptances.insertAll([first])
      await assert.rejects(store.acceptances.insertAll([second, first]), { code: 'conflict' })
      assert.equal(await store.runs.get(second.run.view.id), null)
      assert.deepEqual(await store.events.read(`run.${second.run.view.id}`, 0, 9), [])
      await store.acceptances.insertAll([])
    })

    test('nothing is stored where a project is not as it was seen', async (store) => {
      const [project, other] = [await insertProject(store), await insertProject(store)]
      const one = accepted({ projectId: project.id })
      for (const seen of [
        { id: other.id, version: other.version + 1 },
        { id: newId.project(), version: 1 },
      ]) {
        await assert.rejects(store.acceptances.insertAll([one], [project, seen]), { code: 'stale-version' })
      }
      assert.equal(await store.runs.get(one.run.view.id), null)
      await store.acceptances.insertAll([one], [project, other])
      assert.deepEqual(await store.runs.get(one.run.view.id), one.run)
    })

    test('runs that are as they were accepted are locked, and nothing is written where one is not', async (store) => {
      const project = await insertProject(store)
      const [one, two] = [published(accepted({ projectId: project.id })), published(accepted({ projectId: project.id }))]
      await store.acceptances.insertAll([one, two])
      const note = newId.project()
      const lock = (runs: readonly Acceptance[], seen: Parameters<AcceptanceStore['lockAll']>[1] = [project]) =>
        store.transaction(async ({ acceptances, events }) => {
          const writing = events.append(`project.${note}`, 0, drafts(1), context)
          await Promise.all([acceptances.lockAll(runs, seen), writing])
        })
      const changed = (run: Partial<Run>, job: Partial<JobRecord>): Acceptance => ({
        ...two,
        run: { ...two.run, view: { ...two.run.view, ...run } },
        job: { ...two.job, ...job },
      })
      const refused = [
        [one, changed({ version: 2 }, {})],
        [one, changed({ id: newId.run() }, {})],
        [one, changed({}, { publication: 2 })],
        [one, changed({}, { job: { ...two.job.job, id: newId.job() } })],
      ]
      for (const runs of refused) await assert.rejects(lock(runs), { code: 'stale-version' })
      await assert.rejects(lock([one, two], [{ id: project.id, version: project.version + 1 }]), { code: 'stale-version' })
      assert.equal(await store.events.lastSequence(`project.${note}`), 0)
      await lock([one, two])
      assert.equal(await store.events.lastSequence(`project.${note}`), 1)
      await assert.rejects(store.acceptances.lockAll([one], []), /outside a transaction/)
    })

    test('a run that somebody claims meanwhile is no longer as it was', async (store) => {
      const project = await insertProject(store)
      const one = published(accepted({ projectId: project.id }))
      await store.acceptances.insertAll([one])
      const locked = Promise.withResolvers<void>()
      const late = Promise.withResolvers<unknown>()
      await store.transaction(async ({ runs }) => {
        await runs.lock(one.run.view.id)
        const other = store.transaction(async ({ acceptances }) => {
          const asked = acceptances.lockAll([one], [project])
          locked.resolve()
          await asked
        })
        other.then(late.resolve, late.resolve)
        await locked.promise
        await runs.save({ ...one.run, view: { ...one.run.view, version: 2 } })
      })
      assert.equal(((await late.promise) as { code?: string }).code, 'stale-version')
    })

    test('characters that the database refuses are replaced alike in run and event', async (store) => {
      const one = accepted({ prompt: 'a\0b' })
      await store.acceptances.insertAll([one])
      const { run, first } = await readBack(store, one)
      assert.deepEqual([run?.view.prompt, first && 'prompt' in first.data && first.data.prompt], ['a\u2400b', 'a\u2400b'])
    })

    describeBeginnings(test)

    test('several statements may travel over one connection, each for itself', async (store) => {
      const one = accepted()
      const failed = await store.together(async (repositories) => {
        await repositories.acceptances.insertAll([one])
        return repositories.acceptances.insertAll([one]).then(
          () => null,
          (error: unknown) => error,
        )
      })
      assert.equal((failed as { code?: string }).code, 'conflict')
      assert.deepEqual(await store.runs.get(one.run.view.id), one.run)
    })
  })
}

/** The first event of an accepted run is one of its stream like any other, wherever it is kept. */
function describeBeginnings(test: StoreTest): void {
  const streamOf = ({ run }: Acceptance) => `run.${run.view.id}` as const
  const placesOf = (events: readonly EventEnvelope[]) => events.map(({ stream, sequence }) => [stream, sequence])

  test('the stream of an accepted run goes on after its first event, and only there', async (store) => {
    const one = accepted()
    const stream = streamOf(one)
    await store.acceptances.insertAll([one])
    assert.equal(await store.events.lastSequence(stream), 1)
    for (const place of [0, 2]) await assert.rejects(store.events.append(stream, place, drafts(1), context), { code: 'stale-version' })
    await store.events.append(stream, 1, drafts(3), context)
    await assert.rejects(store.events.append(stream, 1, drafts(1), context), { code: 'stale-version' })
    const all = await store.events.read(stream, 0, 9)
    assert.deepEqual(
      all.map(({ sequence }) => sequence),
      [1, 2, 3, 4],
    )
    assert.deepEqual([await store.events.read(stream, 0, 2), await store.events.read(stream, 1, 2)], [all.slice(0, 2), all.slice(1, 3)])
    assert.equal(await store.events.lastSequence(stream), 4)
    for (const event of all) EventEnvelopeSchema.parse(event)
  })

  test('what changes in the run does not change its first event', async (store) => {
    const one = accepted()
    await store.acceptances.insertAll([one])
    const before = await store.events.read(streamOf(one), 0, 9)
    const changed = { ...one.run, view: { ...one.run.view, mode: 'other', policy: 'other', maxCostMicroUsd: 1, turns: 3, version: 2 } }
    await store.transaction(async ({ runs }) => {
      await runs.lock(one.run.view.id)
      await runs.save(changed)
    })
    assert.deepEqual(await store.events.read(streamOf(one), 0, 9), before)
  })

  test('all streams are read in the order of their positions, beginnings among them', async (store) => {
    const [one, two, three] = [accepted(), accepted(), accepted()]
    await store.acceptances.insertAll([one])
    await store.events.append('system', 0, drafts(2), context)
    await store.acceptances.insertAll([two, three])
    await store.events.append(streamOf(one), 1, drafts(1), context)
    const all = await store.events.readAll(0, 10)
    const tail = [
      [streamOf(two), 1],
      [streamOf(three), 1],
    ].sort()
    assert.deepEqual(placesOf(all.slice(0, 3)), [
      [streamOf(one), 1],
      ['system', 1],
      ['system', 2],
    ])
    assert.deepEqual([placesOf(all.slice(3, 5)).sort(), placesOf(all.slice(5))], [tail, [[streamOf(one), 2]]])
    assert.deepEqual(
      [await store.events.readAll(0, 4), await store.events.readAll(all[3]?.position ?? 0, 9)],
      [all.slice(0, 4), all.slice(4)],
    )
    const query = { tenant: context.tenant, kinds: ['run.queued'], since: noon, afterPosition: all[0]?.position ?? 0 }
    assert.deepEqual(await store.events.readKinds(query, 9), all.slice(3, 5))
    assert.deepEqual(
      [
        await store.events.readKinds({ ...query, kinds: ['guidance.added'] }, 9),
        await store.events.readKinds({ ...query, since: after(1) }, 9),
      ],
      [[all[1], all[2], all[5]], []],
    )
  })

  test('a reader does not pass over runs of a transaction that commits late', async (store) => {
    const accepting = moment()
    using go = moment()
    const [late, early] = [accepted(), accepted()]
    const writing = store.transaction(async ({ acceptances }) => {
      await acceptances.insertAll([late])
      accepting.reach()
      await go.reached
    })
    await accepting.reached
    await store.acceptances.insertAll([early])
    assert.deepEqual(await store.events.readAll(0, 10), [])
    go.reach()
    await writing
    assert.deepEqual(placesOf(await store.events.readAll(0, 10)), [
      [streamOf(late), 1],
      [streamOf(early), 1],
    ])
  })

  test('a deleted stream has lost its beginning too, and others keep theirs', async (store) => {
    const [gone, stays] = [accepted(), accepted()]
    await store.acceptances.insertAll([gone, stays])
    await store.events.append(streamOf(gone), 1, drafts(2), context)
    await store.events.deleteStream(streamOf(gone))
    assert.deepEqual([await store.events.lastSequence(streamOf(gone)), await store.events.lastSequence(streamOf(stays))], [0, 1])
    assert.deepEqual([await store.events.read(streamOf(gone), 0, 9), await store.runs.get(gone.run.view.id)], [[], gone.run])
  })
}
