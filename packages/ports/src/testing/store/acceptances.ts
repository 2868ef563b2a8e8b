import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { Digest } from '@codeforge/contracts/blob'
import { RequestId } from '@codeforge/contracts/ids'
import { runBranch, runTitle } from '@codeforge/contracts/run-names'
import type { Run } from '@codeforge/contracts/run'
import type { WorkByTerms } from '@codeforge/contracts/run-work'
import type { Acceptance } from '../../store/acceptances.ts'
import type { Store } from '../../store/store.ts'
import { aJob, aRun, context, newId, noon } from './builders.ts'
import { insertProject, type StoreTest } from './subject.ts'

const terms = Digest.parse('c'.repeat(64))

function accepted(view: Partial<Run> = {}, work: Partial<WorkByTerms> = {}, change: Partial<Acceptance> = {}): Acceptance {
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
  return { alike: {}, run, first: { id: newId.run(), at: noon, attempt: null, data: queued }, context, job: aJob(run), ...change }
}

async function readBack(store: Store, { run }: Acceptance) {
  const [event] = await store.events.read(`run.${run.view.id}`, 0, 9)
  return {
    run: await store.runs.get(run.view.id),
    job: await store.jobs.findByRun(run.view.id),
    first: event && { id: event.id, at: event.at, data: event.data, requestId: event.requestId },
  }
}

const expected = ({ run, first, context: { requestId }, job }: Acceptance) => ({
  run,
  job,
  first: { id: first.id, at: first.at.toISOString(), data: first.data, requestId },
})

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
      for (const one of all) assert.deepEqual(await readBack(store, one), expected(one))
    })

    test('runs that are alike share what they have in common, and keep what is their own', async (store) => {
      const alike = {}
      const projectId = newId.project()
      const all = ['one', 'two', 'three'].map((prompt) => {
        const requestId = RequestId.parse(`request-${prompt}`)
        const one = accepted({ prompt, projectId }, { requestId }, { alike, context: { ...context, requestId } })
        return { ...one, job: { ...one.job, job: { ...one.job.job, requestId } } }
      })
      await store.acceptances.insertAll([accepted({ mode: 'other' }), ...all])
      for (const one of all) assert.deepEqual(await readBack(store, one), expected(one))
    })

    test('a job may be stored as published, and is not taken again', async (store) => {
      const one = accepted()
      const published = { ...one, job: { ...one.job, status: 'published' as const, publication: 1, publishedAt: noon } }
      await store.acceptances.insertAll([published])
      assert.deepEqual(await store.jobs.findByRun(one.run.view.id), published.job)
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
      ]
      await store.acceptances.insertAll(all)
      for (const one of all) assert.deepEqual(await readBack(store, one), expected(one))
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
      for (const seen of [{ id: other.id, version: other.version + 1 }, { id: newId.project(), version: 1 }]) {
        await assert.rejects(store.acceptances.insertAll([one], [project, seen]), { code: 'stale-version' })
      }
      assert.equal(await store.runs.get(one.run.view.id), null)
      await store.acceptances.insertAll([one], [project, other])
      assert.deepEqual(await store.runs.get(one.run.view.id), one.run)
    })

    test('characters that the database refuses are replaced alike in run and event', async (store) => {
      const one = accepted({ prompt: 'a\0b' })
      await store.acceptances.insertAll([one])
      const { run, first } = await readBack(store, one)
      assert.deepEqual([run?.view.prompt, first && 'prompt' in first.data && first.data.prompt], ['a\u2400b', 'a\u2400b'])
    })

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
