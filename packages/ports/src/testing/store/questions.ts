import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { Digest } from '@codeforge/contracts/blob'
import { defaultTenant, TenantId } from '@codeforge/contracts/ids'
import { aBlob, after, anArtifact, aQuestion, aRun, newId } from './builders.ts'
import { insertRun, type StoreTest } from './subject.ts'

const otherTenant = TenantId.parse('00000000-0000-7000-8000-000000000002')

export function describeQuestions(test: StoreTest): void {
  describe('questions', () => {
    test('a question reads back as it was asked, and as it was answered', async (store) => {
      const question = aQuestion(await insertRun(store))
      await store.questions.insert(defaultTenant, question)
      assert.deepEqual(await store.questions.get(question.id), question)
      const answered = { ...question, status: 'answered' as const, answer: 'yes', note: 'go on', answeredAt: after(5).toISOString(), answeredBy: 'user:ada' }
      await store.questions.save(answered)
      assert.deepEqual(await store.questions.get(question.id), answered)
      assert.equal(await store.questions.get(newId.question()), null)
    })

    test('saving a question that is gone is refused', async ({ questions }) => {
      await assert.rejects(questions.save(aQuestion(aRun())), { code: 'not-found' })
    })

    test('a list goes by tenant, run and status, new ones first, in pages', async (store) => {
      const [run, other] = [await insertRun(store), await insertRun(store)]
      const [one, two, three, four] = [aQuestion(run), aQuestion(run, { status: 'withdrawn' }), aQuestion(other), aQuestion(run)]
      for (const question of [one, two, three, four]) await store.questions.insert(defaultTenant, question)
      await store.questions.insert(otherTenant, aQuestion(run))
      const list = async (filter: object) => (await store.questions.list({ tenant: defaultTenant, ...filter }, { limit: 10 })).items
      assert.deepEqual(await list({}), [four, three, two, one])
      assert.deepEqual(await list({ run: run.view.id }), [four, two, one])
      assert.deepEqual(await list({ status: 'open' }), [four, three, one])
      assert.deepEqual(await list({ run: run.view.id, status: 'withdrawn' }), [two])
      const first = await store.questions.list({ tenant: defaultTenant }, { limit: 3 })
      assert.deepEqual(await store.questions.list({ tenant: defaultTenant }, { limit: 3, cursor: first.nextCursor ?? '' }), { items: [one], nextCursor: null })
    })

    test('open questions are due when their deadline is reached, the oldest first', async (store) => {
      const run = await insertRun(store)
      const deadline = (second: number) => ({ deadlineAt: after(second).toISOString() })
      const [late, early] = [aQuestion(run, deadline(20)), aQuestion(run, deadline(10))]
      for (const question of [late, early, aQuestion(run, deadline(31)), aQuestion(run, { ...deadline(5), status: 'answered' })]) {
        await store.questions.insert(defaultTenant, question)
      }
      assert.deepEqual(await store.questions.due(after(20), 10), [early, late])
      assert.deepEqual(await store.questions.due(after(20), 1), [early])
    })
  })
}

export function describeArtifacts(test: StoreTest): void {
  describe('artifact entries', () => {
    test('entries of a run are listed by name and found by name', async (store) => {
      const run = await insertRun(store)
      const [patch, log] = [anArtifact(run), anArtifact(run, { name: 'gates/test.log' })]
      for (const artifact of [log, patch]) await store.artifacts.put(artifact)
      assert.deepEqual(await store.artifacts.list(run.view.id), [patch, log])
      assert.deepEqual(await store.artifacts.find(run.view.id, 'gates/test.log'), log)
      assert.deepEqual([await store.artifacts.find(run.view.id, 'none'), await store.artifacts.list(newId.run())], [null, []])
    })

    test('the same name again replaces the entry', async (store) => {
      const run = await insertRun(store)
      await store.artifacts.put(anArtifact(run))
      const second = anArtifact(run, { blob: { ...aBlob('c'), size: 5_000_000_000 }, createdAt: after(9).toISOString() })
      await store.artifacts.put(second)
      assert.deepEqual(await store.artifacts.list(run.view.id), [second])
    })

    test('an entry of a run that is not there is refused', async ({ artifacts }) => {
      await assert.rejects(artifacts.put(anArtifact(aRun())), { code: 'not-found' })
      await artifacts.putAll([])
    })

    test('bytes are referred to by entries and by the pinned work of runs', async (store) => {
      const run = await insertRun(store, {}, { work: aBlob('d') })
      await store.artifacts.put(anArtifact(run, { blob: aBlob('e') }))
      const refers = (digit: string) => store.artifacts.refersTo(Digest.parse(digit.repeat(64)))
      assert.deepEqual([await refers('d'), await refers('e'), await refers('f')], [true, true, false])
      await store.runs.delete(run.view.id)
      assert.deepEqual([await refers('d'), await refers('e')], [false, false])
    })

    test('what was pinned is referred to for good', async ({ artifacts }) => {
      const digest = (digit: string) => Digest.parse(digit.repeat(64))
      await artifacts.pin(defaultTenant, [digest('a'), digest('b')])
      await artifacts.pin(defaultTenant, [digest('b')])
      await artifacts.pin(defaultTenant, [])
      assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((digit) => artifacts.refersTo(digest(digit)))), [true, true, false])
    })
  })
}
