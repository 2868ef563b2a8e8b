import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { context, drafts, plenty, noon, newId } from './builders.ts'
import { insertJob, insertRun, moment, type StoreTest } from './subject.ts'

export function describeTransactions(test: StoreTest): void {
  describe('transactions', () => {
    test('what a transaction wrote is there when it ends, and its result comes back', async (store) => {
      const run = await store.transaction(async (repositories) => {
        const inserted = await insertRun(repositories)
        await repositories.events.append(`run.${inserted.view.id}`, 0, drafts(2), context)
        return inserted
      })
      assert.deepEqual(await store.runs.get(run.view.id), run)
      assert.equal(await store.events.lastSequence(`run.${run.view.id}`), 2)
    })

    test('nothing of a transaction that fails is there', async (store) => {
      const job = newId.job()
      await assert.rejects(store.transaction(async (repositories) => {
        const { job: { runId } } = await insertJob(repositories)
        await repositories.events.append(`run.${runId}`, 0, drafts(2), context)
        await repositories.settings.set('run', runId)
        throw new Error(`no ${job}`)
      }), { message: `no ${job}` })
      assert.deepEqual(await store.jobs.counts(), { pending: 0, published: 0, claimed: 0, oldestPendingAt: null })
      assert.deepEqual([await store.settings.get('run'), await store.events.readAll(0, 10), await store.runs.unfinished()], [null, [], []])
    })

    test('others do not see what is not committed', async (store) => {
      const written = moment()
      using go = moment()
      const writing = store.transaction(async ({ settings }) => {
        await settings.set('a', '1')
        written.reach()
        await go.reached
      })
      await written.reached
      assert.equal(await store.settings.get('a'), null)
      go.reach()
      await writing
      assert.equal(await store.settings.get('a'), '1')
    })

    test('transactions that block each other are done again until all are made', async (store) => {
      const [one, two] = [await insertRun(store), await insertRun(store)]
      let met = 0
      using both = moment()
      const crossing = (first: typeof one, second: typeof one) => store.transaction(async ({ runs, settings }) => {
        await runs.lock(first.view.id)
        met += 1
        if (met === 2) both.reach()
        await both.reached
        await runs.lock(second.view.id)
        await settings.set(first.view.id, 'made')
      })
      await Promise.all([crossing(one, two), crossing(two, one)])
      assert.deepEqual([await store.settings.get(one.view.id), await store.settings.get(two.view.id)], ['made', 'made'])
      assert.equal(met, 3)
    })

    test('jobs taken by a transaction that fails are taken by the next', async (store) => {
      const job = await insertJob(store)
      await assert.rejects(store.transaction(async ({ jobs }) => {
        await jobs.takeDue(noon, plenty)
        throw new Error('no')
      }))
      assert.deepEqual((await store.jobs.takeDue(noon, plenty)).map((taken) => taken.job.id), [job.job.id])
    })
  })
}
