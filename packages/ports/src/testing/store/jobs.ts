import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { DispatchLimits, JobRecord } from '../../store/jobs.ts'
import type { RunRecord } from '../../store/runs.ts'
import { after, aJob, aRun, newId, noon, plenty } from './builders.ts'
import { insertJob, insertProject, insertRun, type StoreTest } from './subject.ts'

const ids = (jobs: readonly JobRecord[]) => jobs.map(({ job }) => job.id)
const id = ({ job }: JobRecord) => job.id
const runOf = ({ job }: JobRecord) => job.runId

export function describeJobs(test: StoreTest): void {
  describe('jobs', () => {
    test('a job reads back as it was written, by its run', async (store) => {
      const job = await insertJob(store, aRun({}, { exclusiveKey: '/a' }), { priority: 5, notBefore: after(10) })
      assert.deepEqual(await store.jobs.findByRun(job.job.runId), job)
      assert.equal(await store.jobs.findByRun(newId.run()), null)
    })

    test('several jobs are inserted together, or none', async (store) => {
      const runs = [await insertRun(store), await insertRun(store), await insertRun(store)]
      const jobs = runs.map((run, index) => aJob(run, { priority: index }))
      await store.jobs.insertAll(jobs.slice(0, 2))
      assert.deepEqual(await Promise.all(jobs.map(({ job }) => store.jobs.findByRun(job.runId))), [jobs[0], jobs[1], null])
      await assert.rejects(store.jobs.insertAll([jobs[2] as JobRecord, aJob(runs[0] as RunRecord)]), { code: 'conflict' })
      assert.equal((await store.jobs.counts()).pending, 2)
    })

    test('a run has one job at a time', async (store) => {
      const run = await insertRun(store)
      await store.jobs.insert(aJob(run))
      await assert.rejects(store.jobs.insert(aJob(run)), { code: 'conflict' })
    })

    describePublishedInserts(test)
    describeTaking(test)
    describeLimits(test)
    describeRequeueing(test)

    test('jobs are counted', async (store) => {
      const project = await insertProject(store)
      const job = await insertJob(store, aRun({ projectId: project.id }), { createdAt: after(5) })
      await insertJob(store, aRun({ projectId: project.id }), { createdAt: after(3), notBefore: after(100) })
      await insertJob(store, aRun({}, { pool: 'other' }), { status: 'published', createdAt: after(1) })
      assert.deepEqual(await store.jobs.counts(), { pending: 2, published: 1, claimed: 0, oldestPendingAt: after(3) })
      await store.jobs.takeDue(after(50), plenty)
      await store.jobs.markClaimed([job.job.runId])
      assert.deepEqual(await store.jobs.counts(), { pending: 1, published: 1, claimed: 1, oldestPendingAt: after(3) })
      const pools = ['default', 'other', 'empty']
      const outstanding = { default: { outstanding: 1, due: false }, other: { outstanding: 1, due: false }, empty: { outstanding: 0, due: false } }
      assert.deepEqual(await store.jobs.outstanding(pools, after(99)), outstanding)
      assert.deepEqual(await store.jobs.outstanding(pools, after(100)), { ...outstanding, default: { outstanding: 1, due: true } })
      assert.deepEqual([await store.jobs.pendingUpTo(9), await store.jobs.pendingUpTo(1), await store.jobs.pendingUpTo(0)], [1, 1, 0])
    })

    test('jobs are found by their runs', async (store) => {
      const [one, other] = [await insertJob(store), await insertJob(store)]
      await insertJob(store)
      const without = await insertRun(store)
      const found = await store.jobs.findByRuns([runOf(other), without.view.id, runOf(one)])
      assert.deepEqual(new Set(found), new Set([one, other]))
      await store.jobs.markClaimed([runOf(one), without.view.id])
      assert.deepEqual((await store.jobs.findByRuns([runOf(one), runOf(other)])).map(({ status }) => status).sort(), ['claimed', 'pending'])
    })

    test('counts of an empty outbox are zero', async ({ jobs }) => {
      assert.deepEqual(await jobs.counts(), { pending: 0, published: 0, claimed: 0, oldestPendingAt: null })
      assert.deepEqual(await jobs.outstanding([], noon), {})
    })
  })
}

function describePublishedInserts(test: StoreTest): void {
  const insert = async (store: Parameters<Parameters<StoreTest>[1]>[0], jobs: readonly JobRecord[], limits: DispatchLimits = plenty) =>
    store.transaction(async (repositories) => repositories.jobs.insertAll(jobs, { now: after(1), limits }))

  test('a job that may go out at once is stored as published, and is not taken again', async (store) => {
    const job = aJob(await insertRun(store))
    const published: JobRecord = { ...job, status: 'published', publication: 1, publishedAt: after(1) }
    assert.deepEqual(await insert(store, [job]), [published])
    assert.deepEqual(await store.jobs.findByRun(runOf(job)), published)
    assert.deepEqual(await store.jobs.takeDue(after(2), plenty), [])
  })

  test('of jobs inserted as published, those beyond the free slots, the limit of their project or their time stay', async (store) => {
    const [narrow, wide] = [await insertProject(store, { maxConcurrentRuns: 2 }), await insertProject(store)]
    const jobOf = async (projectId: typeof wide.id, change: Partial<JobRecord> = {}, pool = 'default') => aJob(await insertRun(store, { projectId }, { pool }), change)
    const atWork = await jobOf(narrow.id, { status: 'claimed', publication: 1 })
    await store.jobs.insert(atWork)
    const jobs = [
      await jobOf(narrow.id), await jobOf(narrow.id), await jobOf(wide.id, { notBefore: after(2) }), await jobOf(wide.id, { exclusiveKey: '/a' }),
      await jobOf(wide.id, {}, 'other'), await jobOf(wide.id, { priority: 1 }, 'other'), await jobOf(wide.id, {}, 'closed'),
    ]
    const published = await insert(store, jobs, { perProject: 5, free: { default: 9, other: 1 } })
    assert.deepEqual(ids(published), [jobs[0], jobs[5]].map((job) => job && id(job)))
    assert.deepEqual(await store.jobs.counts().then(({ pending }) => pending), 5)
  })

  test('no job goes out before one that waits in its pool', async (store) => {
    const waiting = await insertJob(store)
    const jobs = [aJob(await insertRun(store)), aJob(await insertRun(store, {}, { pool: 'other' }))]
    assert.deepEqual(ids(await insert(store, jobs, { perProject: 5, free: { default: 9, other: 9 } })), ids(jobs.slice(1)))
    assert.deepEqual(ids(await store.jobs.takeDue(after(9), plenty)), ids([waiting, ...jobs.slice(0, 1)]))
  })
}

function describeTaking(test: StoreTest): void {
  test('a due job is taken once, as published under the next publication number', async (store) => {
    const job = await insertJob(store, aRun(), { publication: 2 })
    const taken: JobRecord = { ...job, status: 'published', publication: 3, publishedAt: after(1) }
    assert.deepEqual(await store.jobs.takeDue(after(1), plenty), [taken])
    assert.deepEqual(await store.jobs.findByRun(runOf(job)), taken)
    assert.deepEqual(await store.jobs.takeDue(after(2), plenty), [])
  })

  test('a job that is not due yet stays', async (store) => {
    const job = await insertJob(store, aRun(), { notBefore: after(10) })
    assert.deepEqual(await store.jobs.takeDue(after(9), plenty), [])
    assert.deepEqual(ids(await store.jobs.takeDue(after(10), plenty)), [id(job)])
  })

  test('jobs go by priority, then by age', async (store) => {
    const late = await insertJob(store, aRun(), { createdAt: after(3), notBefore: noon })
    const early = await insertJob(store, aRun(), { createdAt: after(1) })
    const urgent = await insertJob(store, aRun(), { createdAt: after(5), priority: 1 })
    assert.deepEqual(ids(await store.jobs.takeDue(after(9), plenty)), ids([urgent, early, late]))
  })

  test('projects take turns, and one with jobs at work comes later', async (store) => {
    const [busy, calm] = [newId.project(), newId.project()]
    const job = (projectId: typeof busy, second: number) => insertJob(store, aRun({ projectId }), { createdAt: after(second) })
    const [a1, a2, a3] = [await job(busy, 1), await job(busy, 2), await job(busy, 3)]
    const [b1, b2] = [await job(calm, 4), await job(calm, 5)]
    assert.deepEqual(ids(await store.jobs.takeDue(after(9), { ...plenty, free: { default: 2 } })), ids([a1, b1]))
    assert.deepEqual(ids(await store.jobs.takeDue(after(9), plenty)), ids([a2, b2, a3]))
  })

  test('a project that came first with many jobs does not keep others waiting, and jobs of one age go by id', async (store) => {
    const [many, few, other] = [newId.project(), newId.project(), newId.project()]
    const insert = async (projectId: typeof many, count: number, second: number) => {
      for (let inserted = 0; inserted < count; inserted += 1) await insertJob(store, aRun({ projectId }), { createdAt: after(second) })
    }
    await insert(many, 6, 1)
    await insert(few, 2, 2)
    await insert(other, 1, 3)
    const order: JobRecord[] = []
    for (let taken = await store.jobs.takeDue(after(9), { ...plenty, free: { default: 3 } }); taken.length > 0;) {
      order.push(...taken)
      for (const job of taken) await store.jobs.deleteOf(runOf(job))
      taken = await store.jobs.takeDue(after(9), { ...plenty, free: { default: 3 } })
    }
    assert.deepEqual(order.map(({ job }) => job.projectId), [many, few, other, many, few, many, many, many, many])
    const own = ids(order.filter(({ job }) => job.projectId === many))
    assert.deepEqual(own, own.toSorted())
  })

  test('callers at once never take the same job, and together take all', async (store) => {
    for (let count = 0; count < 20; count += 1) await insertJob(store)
    const taken = await Promise.all(Array.from({ length: 6 }, () => store.jobs.takeDue(noon, { ...plenty, free: { default: 4 } })))
    assert.equal(taken.flat().length, 20)
    assert.equal(new Set(ids(taken.flat())).size, 20)
  })
}

function describeLimits(test: StoreTest): void {
  test('no more jobs are taken than their pool has free slots', async (store) => {
    const job = (pool: string) => insertJob(store, aRun({}, { pool }))
    for (const pool of ['default', 'default', 'host-a', 'host-a', 'host-b']) await job(pool)
    const taken = await store.jobs.takeDue(noon, { perProject: 9, free: { default: 1, 'host-a': 5, 'host-b': 0 } })
    assert.deepEqual(taken.map((record) => record.job.pool).sort(), ['default', 'host-a', 'host-a'])
    assert.deepEqual(await store.jobs.takeDue(noon, { perProject: 9, free: {} }), [])
  })

  test('published and claimed jobs count for the limit of a project, whose own limit goes before the usual one', async (store) => {
    const [usual, narrow, wide] = [await insertProject(store), await insertProject(store, { maxConcurrentRuns: 1 }), await insertProject(store, { maxConcurrentRuns: 3 })]
    for (const { id: projectId } of [usual, narrow, wide]) for (let count = 0; count < 4; count += 1) await insertJob(store, aRun({ projectId }))
    const limits = { ...plenty, perProject: 2 }
    const taken = await store.jobs.takeDue(noon, limits)
    const of = (project: { id: string }) => taken.filter(({ job }) => job.projectId === project.id)
    assert.deepEqual([usual, narrow, wide].map((project) => of(project).length), [2, 1, 3])
    const [first, second] = of(usual)
    if (first) await store.jobs.markClaimed([runOf(first)])
    assert.deepEqual(await store.jobs.takeDue(noon, limits), [])
    if (second) await store.jobs.deleteOf(runOf(second))
    assert.deepEqual((await store.jobs.takeDue(noon, limits)).map(({ job }) => job.projectId), [usual.id])
  })

  test('callers at once do not exceed the limit of a project', async (store) => {
    const projectId = newId.project()
    for (let count = 0; count < 12; count += 1) await insertJob(store, aRun({ projectId }))
    const taken = await Promise.all(Array.from({ length: 5 }, () => store.jobs.takeDue(noon, { ...plenty, perProject: 3 })))
    assert.equal(taken.flat().length, 3)
  })

  test('jobs with one exclusive key never go out together', async (store) => {
    const job = (second: number) => insertJob(store, aRun({}, { exclusiveKey: '/repositories/sample' }), { createdAt: after(second) })
    const [first, second] = [await job(1), await job(2)]
    const other = await insertJob(store, aRun({}, { exclusiveKey: '/repositories/other' }), { createdAt: after(3) })
    const taken = await Promise.all([store.jobs.takeDue(after(9), plenty), store.jobs.takeDue(after(9), plenty)])
    assert.deepEqual(ids(taken.flat()), ids([first, other]))
    await store.jobs.markClaimed([runOf(first)])
    assert.deepEqual(await store.jobs.takeDue(after(9), plenty), [])
    await store.jobs.deleteOf(runOf(first))
    assert.deepEqual(ids(await store.jobs.takeDue(after(9), plenty)), [id(second)])
  })

  test('a job that waits for its exclusive key does not use up the room of its project', async (store) => {
    const projectId = newId.project()
    const job = (exclusiveKey: string | null, second: number) => insertJob(store, aRun({ projectId }, { exclusiveKey }), { createdAt: after(second) })
    const [first, , free] = [await job('/a', 1), await job('/a', 2), await job(null, 3)]
    assert.deepEqual(ids(await store.jobs.takeDue(after(9), { ...plenty, perProject: 2 })), ids([first, free]))
  })
}

function describeRequeueing(test: StoreTest): void {
  test('published jobs that nobody claimed in time are pending again', async (store) => {
    const [early, late, claimed] = [await insertJob(store), await insertJob(store, aRun(), { notBefore: after(10) }), await insertJob(store)]
    await store.jobs.takeDue(after(1), plenty)
    await store.jobs.takeDue(after(20), plenty)
    await store.jobs.markClaimed([runOf(claimed)])
    const patience = { first: 4000, longest: 10_000 }
    assert.equal(await store.jobs.requeueUnclaimed(after(5), patience), 0)
    assert.equal(await store.jobs.requeueUnclaimed(after(21), patience), 1)
    assert.deepEqual(ids(await store.jobs.takeDue(after(30), plenty)), [id(early)])
    assert.equal((await store.jobs.findByRun(runOf(early)))?.publication, 2)
    assert.equal((await store.jobs.findByRun(runOf(late)))?.publication, 1)
    await store.jobs.deleteOf(runOf(late))
    assert.equal(await store.jobs.requeueUnclaimed(after(37), patience), 0, 'twice the patience at the second time')
    assert.equal(await store.jobs.requeueUnclaimed(after(39), patience), 1)
    await store.jobs.takeDue(after(40), plenty)
    assert.equal(await store.jobs.requeueUnclaimed(after(49), patience), 0, 'the longest patience at the third')
    assert.equal(await store.jobs.requeueUnclaimed(after(51), patience), 1)
  })

  test('what is due or published in the future counts as now, where the clock was set back', async (store) => {
    const [waiting, published] = [await insertJob(store), await insertJob(store)]
    await store.jobs.releaseOf(runOf(waiting), after(3600))
    assert.deepEqual(ids(await store.jobs.takeDue(after(3000), plenty)), [id(published)])
    await store.jobs.dueBy(after(5))
    assert.deepEqual((await store.jobs.findByRun(runOf(published)))?.publishedAt, after(5))
    assert.deepEqual(ids(await store.jobs.takeDue(after(5), plenty)), [id(waiting)])
  })

  test('a released job waits for its time', async (store) => {
    const job = await insertJob(store)
    await store.jobs.takeDue(noon, plenty)
    await store.jobs.releaseOf(runOf(job), after(60))
    assert.deepEqual(await store.jobs.takeDue(after(59), plenty), [])
    assert.deepEqual(ids(await store.jobs.takeDue(after(60), plenty)), [id(job)])
    await store.jobs.releaseOf(job.job.runId, after(90))
    assert.deepEqual(await store.jobs.takeDue(after(89), plenty), [])
    assert.deepEqual(ids(await store.jobs.takeDue(after(90), plenty)), [id(job)])
    await store.jobs.deleteOf(job.job.runId)
    await store.jobs.deleteOf(job.job.runId)
    assert.equal(await store.jobs.findByRun(runOf(job)), null)
  })
}
