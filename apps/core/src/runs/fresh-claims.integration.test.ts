import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, mock, test } from 'node:test'
import type { RunId } from '@codeforge/contracts/ids'
import type { ProjectId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { Repositories, Store } from '@codeforge/ports/store/store'
import { openScene } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'

const soon = (): AbortSignal => AbortSignal.timeout(10_000)

/** Core accepts and publishes at once, and remembers what it accepted. */
describe('the claim of a run that was just accepted', () => {
  let scene: Scene
  let project: ProjectId
  /** How often runs were read to be claimed. */
  let reads = 0

  before(async () => {
    scene = await openScene({ config: { server: { port: 0 }, runs: { maxConcurrentPerProject: 100 } } })
    countReads(scene.ports.store, () => { reads += 1 })
    await scene.core.start()
    await scene.core.coordinator.announce({ workerId: scene.worker(), pools: ['default'], slots: 50, busy: 0, sandbox: 'mount', version: '0', stopping: false }, soon())
  })
  after(async () => { await scene[Symbol.asyncDispose]() })
  beforeEach(async () => {
    project = await scene.project({ localPath: null, repoUrl: 'https://example.org/a.git' })
    reads = 0
  })

  const accepted = async (): Promise<RunId> => {
    const id = await scene.run(project)
    assert.equal((await scene.ports.store.jobs.findByRun(id))?.status, 'published')
    return id
  }

  test('reads nothing, and leaves what a claim leaves that reads', async () => {
    const [known, other] = [await accepted(), await accepted()]
    await using another = await scene.again()
    const worker = scene.worker()
    const claim = await scene.claim(known, worker)
    assert.deepEqual([claim.kind, reads], ['claimed', 0])
    assert.deepEqual([await another.claim(other, worker), reads], [claim, 1])
    const left = async (id: RunId): Promise<string> => {
      const { store } = scene.ports
      const events = (await store.events.read(`run.${id}`, 0, 9)).map(({ id: _, position: __, requestId: ___, ...event }) => event)
      const purse = await store.budgets.get(`run:${id}`)
      return JSON.stringify([await store.runs.get(id), await store.jobs.findByRun(id).then((job) => job && [job.status, job.publication]), events, purse]).replaceAll(id, 'ID').replaceAll(/"requestId":"[^"]*"/g, '')
    }
    assert.equal(await left(known), await left(other))
    const { body: { version } } = await scene.call<Project>('GET', `/api/v1/projects/${project}`)
    assert.equal(version, 1)
  })

  test('many at once read nothing either, and each starts once', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, accepted))
    const worker = scene.worker()
    const replies = await Promise.all(ids.map(async (id) => scene.claim(id, worker)))
    assert.deepEqual([new Set(replies.map(({ kind }) => kind)), reads], [new Set(['claimed']), 0])
    for (const id of ids) assert.deepEqual(await scene.kinds(id), ['run.queued', 'attempt.started', 'run.started'])
  })

  test('finds that it was cancelled', async () => {
    const id = await accepted()
    const job = await scene.ports.store.jobs.findByRun(id)
    await scene.call('POST', `/api/v1/runs/${id}/cancel`, { body: { reason: 'no' } })
    const reply = await scene.core.coordinator.claim({ jobId: job!.job.id, runId: id, publication: 1, workerId: scene.worker() }, soon())
    assert.deepEqual(reply, { kind: 'gone', reason: 'the job is no longer wanted' })
    assert.deepEqual(await scene.kinds(id), ['run.queued', 'run.cancel-requested', 'run.cancelled'])
  })

  test('finds that another core gave it away', async () => {
    const id = await accepted()
    await using another = await scene.again()
    assert.equal((await another.claim(id, scene.worker())).kind, 'claimed')
    assert.equal((await scene.claim(id, scene.worker())).kind, 'busy')
    assert.deepEqual(await scene.kinds(id), ['run.queued', 'attempt.started', 'run.started'])
  })

  test('has the limits of its project as they are now', async () => {
    const id = await accepted()
    assert.equal((await scene.call('PATCH', `/api/v1/projects/${project}`, { body: { version: 1, maxCostPerDayMicroUsd: 1 } })).status, 200)
    assert.deepEqual(await scene.claim(id, scene.worker()), { kind: 'gone', reason: "The project's budget for today is used up." })
    assert.equal((await scene.show(id)).outcome, 'budget')
  })
})

function countReads(store: Store, read: () => void): void {
  const { transaction } = store
  mock.method(store, 'transaction', async (work: (repositories: Repositories, allAsked: () => void) => Promise<unknown>) =>
    transaction(async (repositories, allAsked) => work({ ...repositories, runs: { ...repositories.runs, lockAll: async (ids) => {
      read()
      return repositories.runs.lockAll(ids)
    } } }, allAsked)))
}
