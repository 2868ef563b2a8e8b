import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { defaultTenant, TenantId } from '@codeforge/contracts/ids'
import { RunSummary, type Run } from '@codeforge/contracts/run'
import { after, aJob, anArtifact, aQuestion, aRun, newId, noon } from './builders.ts'
import { insertRun, isPending, moment, type StoreTest } from './subject.ts'

const otherTenant = TenantId.parse('00000000-0000-7000-8000-000000000002')
const ended = (second: number): Partial<Run> => ({ status: 'ended', outcome: 'succeeded', endedAt: after(second).toISOString() })

export function describeRuns(test: StoreTest): void {
  describe('runs', () => {
    test('a run reads back as it was written', async (store) => {
      const run = await insertRun(store,
        { taskId: newId.task(), prompt: 'line\nline "quoted" \\ ünïcode 🙂', startedAt: noon.toISOString(), delivery: { branch: 'b', commit: 'c', patch: null, stat: { files: 1, insertions: 2, deletions: 3 } } },
        { exclusiveKey: '/repositories/sample', lease: { workerId: newId.worker(), until: after(30) }, lastOrdinal: 7, sliceMicroUsd: 3_000_000_000, sliceTokens: 5, sliceDay: '2026-01-31' })
      assert.deepEqual(await store.runs.get(run.view.id), run)
      assert.equal(await store.runs.get(newId.run()), null)
    })

    test('a run is saved whole, but for what never changes', async (store) => {
      const run = await insertRun(store)
      const changed = aRun({ ...run.view, ...ended(60), attempt: 2, version: 5, turns: 9, summary: 'done' },
        { state: { ...run.state, status: 'ended', outcome: 'succeeded', passed: { test: 'tree' } }, lastOrdinal: 30, sliceTokens: 1, pool: 'host-a' })
      await store.transaction(async ({ runs }) => {
        assert.deepEqual(await runs.lock(run.view.id), run)
        await runs.save(changed)
      })
      assert.deepEqual(await store.runs.get(run.view.id), changed)
    })

    test('saving a run that is gone is refused', async ({ runs }) => {
      await assert.rejects(runs.save(aRun()), { code: 'not-found' })
    })

    test('several runs are inserted, locked in the order of their ids and saved together', async (store) => {
      const runs = [aRun({ prompt: 'one' }), aRun({ prompt: 'two \0' }, { exclusiveKey: '/a', lease: { workerId: newId.worker(), until: after(3) } }), aRun()]
      await store.runs.insertAll(runs)
      const [one, two, three] = await Promise.all(runs.map(({ view }) => store.runs.get(view.id)))
      assert.ok(one && two && three)
      assert.deepEqual([one, two.lease, three], [runs[0], runs[1]?.lease, runs[2]])
      const changed = { ...two, view: { ...two.view, turns: 4, version: 2 }, lastOrdinal: 9, lease: null }
      await store.transaction(async (repositories) => {
        assert.deepEqual(await repositories.runs.lockAll([three.view.id, newId.run(), one.view.id, two.view.id]), [one, two, three])
        await repositories.runs.saveAll([changed, { ...one, sliceTokens: 5 }])
      })
      assert.deepEqual(await Promise.all(runs.map(({ view }) => store.runs.get(view.id))), [{ ...one, sliceTokens: 5 }, changed, three])
      await assert.rejects(store.transaction((repositories) => repositories.runs.saveAll([{ ...one, sliceTokens: 6 }, aRun()])), { code: 'not-found' })
      await assert.rejects(store.runs.insertAll([aRun(), one]), { code: 'conflict' })
      assert.equal((await store.runs.get(one.view.id))?.sliceTokens, 5)
    })

    test('a run is inserted once', async (store) => {
      const run = await insertRun(store)
      await assert.rejects(store.runs.insert(run), { code: 'conflict' })
    })

    test('NUL and broken surrogates, which databases refuse, are stored as signs for them', async (store) => {
      const run = await insertRun(store, { prompt: 'a\0b', summary: 'c\0d \ud800 e\\u0000' })
      const read = await store.runs.get(run.view.id)
      assert.deepEqual([read?.view.prompt, read?.view.summary], ['a\u2400b', 'c\u2400d \ufffd e\\u0000'])
    })

    test('a lock makes others wait until its transaction ends, and read what it wrote', async (store) => {
      const run = await insertRun(store)
      const locked = moment()
      using go = moment()
      const first = store.transaction(async ({ runs }) => {
        await runs.lock(run.view.id)
        locked.reach()
        await go.reached
        await runs.save({ ...run, lastOrdinal: 1 })
      })
      await locked.reached
      const second = store.transaction(async ({ runs }) => (await runs.lock(run.view.id))?.lastOrdinal)
      assert.equal(await isPending(second, store), true)
      go.reach()
      await first
      assert.equal(await second, 1)
    })

    test('a lock outside a transaction is a mistake', async (store) => {
      await assert.rejects(store.runs.lock(newId.run()))
    })

    test('locking a run that is not there gives null', async (store) => {
      assert.equal(await store.transaction(({ runs }) => runs.lock(newId.run())), null)
    })

    describeLeases(test)
    describeRunLists(test)

    test('a deleted run is gone with its job, questions and artifact entries', async (store) => {
      const run = await insertRun(store)
      const [job, question, artifact] = [aJob(run), aQuestion(run), anArtifact(run)]
      await store.jobs.insert(job)
      await store.questions.insert(defaultTenant, question)
      await store.artifacts.put(artifact)
      await store.runs.delete(run.view.id)
      assert.deepEqual(
        [await store.runs.get(run.view.id), await store.jobs.findByRun(job.job.runId), await store.questions.get(question.id), await store.artifacts.list(run.view.id)],
        [null, null, null, []])
    })
  })
}

function describeLeases(test: StoreTest): void {
  test('only the worker and attempt that hold a lease renew it', async (store) => {
    const workerId = newId.worker()
    const run = await insertRun(store, { status: 'running', attempt: 2 }, { lease: { workerId, until: after(30) } })
    const { id } = run.view
    assert.deepEqual([
      await store.runs.renew(id, 1, workerId, after(60)),
      await store.runs.renew(id, 2, newId.worker(), after(60)),
      await store.runs.renew(newId.run(), 2, workerId, after(60)),
    ], [false, false, false])
    assert.deepEqual(await store.runs.get(id), run)
    assert.equal(await store.runs.renew(id, 2, workerId, after(60)), true)
    assert.deepEqual(await store.runs.get(id), { ...run, lease: { workerId, until: after(60) } })
  })

  test('leases that ran out are found, the oldest first', async (store) => {
    const lease = (second: number) => ({ lease: { workerId: newId.worker(), until: after(second) } })
    const late = await insertRun(store, { status: 'running' }, lease(20))
    const early = await insertRun(store, { status: 'running' }, lease(10))
    await insertRun(store, { status: 'running' }, lease(40))
    await insertRun(store)
    assert.deepEqual(await store.runs.expiredLeases(after(30), 10), [early.view.id, late.view.id])
    assert.deepEqual(await store.runs.expiredLeases(after(30), 1), [early.view.id])
  })

  test('leases end at the latest at a time, where the clock was set back', async (store) => {
    const lease = (second: number) => ({ lease: { workerId: newId.worker(), until: after(second) } })
    const later = await insertRun(store, { status: 'running' }, lease(3600))
    const sooner = await insertRun(store, { status: 'running' }, lease(10))
    await store.runs.endLeasesBy(after(30))
    assert.deepEqual([(await store.runs.get(later.view.id))?.lease?.until, (await store.runs.get(sooner.view.id))?.lease?.until], [after(30), after(10)])
  })
}

function describeRunLists(test: StoreTest): void {
  test('a list shows summaries, new ones first, by tenant, project, task and status', async (store) => {
    const [project, task] = [newId.project(), newId.task()]
    const one = await insertRun(store, { projectId: project, taskId: task })
    const two = await insertRun(store, { projectId: project, ...ended(1) })
    const three = await insertRun(store, { status: 'running' })
    await insertRun(store, { tenant: otherTenant, projectId: project })
    const list = async (filter: object) => (await store.runs.list({ tenant: defaultTenant, ...filter }, { limit: 10 })).items
    const summary = ({ view }: typeof one) => RunSummary.strip().parse(view)
    assert.deepEqual(await list({}), [three, two, one].map(summary))
    assert.deepEqual(await list({ project }), [two, one].map(summary))
    assert.deepEqual(await list({ task }), [one].map(summary))
    assert.deepEqual(await list({ status: ['queued', 'running'] }), [three, one].map(summary))
    assert.deepEqual(await list({ project, status: ['ended'] }), [two].map(summary))
    assert.deepEqual(await list({ status: [] }), [])
  })

  test('pages of runs have no gap and no repetition while others are added', async (store) => {
    const inserted = []
    for (let count = 0; count < 5; count += 1) inserted.push((await insertRun(store)).view.id)
    const seen = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await store.runs.list({ tenant: defaultTenant }, { limit: 2, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
      await insertRun(store)
    }
    assert.deepEqual(seen, inserted.toReversed())
  })

  test('runs are counted by status', async (store) => {
    const project = newId.project()
    for (const status of ['queued', 'queued', 'running'] as const) await insertRun(store, { projectId: project, status })
    await insertRun(store, { status: 'paused' })
    assert.deepEqual(await store.runs.countByStatus({ tenant: defaultTenant, project }), { queued: 2, running: 1 })
    assert.deepEqual(await store.runs.countByStatus({ tenant: defaultTenant }), { queued: 2, running: 1, paused: 1 })
  })

  test('unfinished runs are all that have not ended; ended ones are found by their end', async (store) => {
    const open = await insertRun(store, { status: 'waiting' })
    const late = await insertRun(store, ended(20))
    const early = await insertRun(store, ended(10))
    const last = await insertRun(store, ended(40))
    assert.deepEqual(await store.runs.unfinished(), [open.view.id])
    assert.deepEqual(await store.runs.endedBefore(after(30), 10), [early.view.id, late.view.id])
    assert.deepEqual(await store.runs.endedBefore(after(30), 1), [early.view.id])
    assert.deepEqual(await store.runs.endedSince(after(20)), [late.view.id, last.view.id])
  })
}
