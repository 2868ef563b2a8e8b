import { searchTree } from '@codeforge/context/search/search-tree'
import type { Family } from '../harness/family.ts'
import { askFullText, fullTextIndex } from '../scenes/full-text-search.ts'
import { generatedChunks, generatedQueries } from '../scenes/generated-code.ts'
import { generatedModel } from '../scenes/generated-tree.ts'

const chunkCount = 100_000
const changes = 20_000
/** Generated queries of about five words joined into what somebody writes of a change. */
const queriesOfMessage = 8
const top = 20
/** FTS5 takes so long that fewer of its answers are timed. */
const baselineQueries = 3

/** All signals together, history included, beside the lexical part alone by SQLite. */
export const family: Family = {
  name: 'whole search',
  rows: [
    {
      name: '100,000 chunks, message of 40 words, median',
      unit: 'ms',
      comparedWith: 'SQLite FTS5, bm25(), first 20',
      marks: [{ of: 'ours', is: 'at most', value: 10 }],
    },
    {
      name: '100,000 chunks, message of 40 words, 95th percentile',
      unit: 'ms',
      comparedWith: 'SQLite FTS5, bm25(), slowest of three',
      marks: [{ of: 'ours', is: 'at most', value: 30 }],
    },
  ],
  open: () => Promise.resolve(openSubjects()),
}

function openSubjects() {
  const chunks = generatedChunks(chunkCount)
  const { model, history } = generatedModel(chunks, generatedQueries(changes))
  if (model.text.chunks.documents < chunkCount) throw new Error(`Only ${model.text.chunks.documents} chunks were made.`)
  const database = fullTextIndex(chunks)
  const words = generatedQueries(100 * queriesOfMessage)
  const messages = Array.from({ length: 100 }, (_, at) => words.slice(at * queriesOfMessage, (at + 1) * queriesOfMessage).join(' '))
  return {
    ours: () => Promise.resolve(timed(messages, (message) => searchTree(model, history, message, { top, files: true }))),
    baseline: () => Promise.resolve(timed(messages.slice(0, baselineQueries), (message) => askFullText(database, message, top))),
    [Symbol.asyncDispose]: () => {
      database.close()
      return Promise.resolve()
    },
  }
}

function timed(messages: readonly string[], ask: (message: string) => unknown) {
  const times = messages
    .map((message) => {
      const started = performance.now()
      ask(message)
      return performance.now() - started
    })
    .sort((one, other) => one - other)
  return {
    '100,000 chunks, message of 40 words, median': times[times.length >> 1] ?? 0,
    '100,000 chunks, message of 40 words, 95th percentile': times[Math.floor(times.length * 0.95)] ?? 0,
  }
}
