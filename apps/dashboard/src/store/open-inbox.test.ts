import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Question } from '@codeforge/contracts/question'
import type { RunId } from '@codeforge/contracts/ids'
import { openInbox } from './open-inbox.ts'

const about = (runId: string): Question => ({ id: `of ${runId}`, runId }) as Question
const run = (id: string, openQuestions: number) => ({ id: id as RunId, openQuestions })

function scene() {
  const reads: PromiseWithResolvers<readonly Question[]>[] = []
  const pauses: { readonly milliseconds: number; readonly end: () => void }[] = []
  const shown: string[][] = []
  const inbox = openInbox({
    async read() {
      const read = Promise.withResolvers<readonly Question[]>()
      reads.push(read)
      return read.promise
    },
    later: (end, milliseconds) => { pauses.push({ end, milliseconds }) },
    show: (questions) => { shown.push(questions.map(({ runId }) => runId)) },
  })
  const turn = async (): Promise<void> => { await new Promise((done) => { setImmediate(done) }) }
  return {
    inbox, pauses, shown, reads,
    async endPause() { pauses.at(-1)?.end(); await turn() },
    async answer(questions: readonly Question[]) { reads.at(-1)?.resolve(questions); await turn() },
    async fail() { reads.at(-1)?.reject(new Error('gone')); await turn() },
  }
}

describe('the inbox', () => {
  test('makes one request of several wishes', async () => {
    const { inbox, endPause, answer, pauses, reads, shown } = scene()
    inbox.refresh()
    inbox.refresh()
    await endPause()
    await answer([about('a')])
    assert.deepEqual([pauses.length, reads.length, shown], [1, 1, [['a']]])
  })

  test('asks again after an answer that may be older than the wish, and never twice at once', async () => {
    const { inbox, endPause, answer, reads, shown } = scene()
    inbox.refresh()
    await endPause()
    inbox.changed(run('a', 0))
    assert.equal(reads.length, 1)
    await answer([about('a')])
    await endPause()
    await answer([])
    assert.deepEqual(shown, [['a'], []])
  })

  test('asks where a run has other questions than are known, and only there', async () => {
    const { inbox, endPause, answer, pauses } = scene()
    inbox.refresh()
    await endPause()
    await answer([about('a')])
    inbox.changed(run('a', 1))
    inbox.changed(run('b', 0))
    assert.equal(pauses.length, 1)
    inbox.changed(run('a', 0))
    assert.equal(pauses.length, 2)
  })

  test('asks again, later and later, while the server does not answer', async () => {
    const { inbox, endPause, answer, fail, pauses, shown } = scene()
    inbox.refresh()
    for (let time = 0; time < 3; time += 1) {
      await endPause()
      await fail()
    }
    await endPause()
    await answer([about('a')])
    assert.deepEqual([pauses.map(({ milliseconds }) => milliseconds), shown], [[300, 500, 1000, 2000], [['a']]])
  })
})
