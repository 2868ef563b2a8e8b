import { joinTextRuns, TextCollector } from '@codeforge/context/lexical/build-text-segment'
import { termTexts, TermReader } from '@codeforge/context/lexical/term-reader'
import { joinSegments } from '@codeforge/context/lexical/text-index'
import { Vocabulary } from '@codeforge/context/lexical/vocabulary'
import type { Family } from '../harness/family.ts'
import { askFullText, fullTextIndex } from '../scenes/full-text-search.ts'
import { generatedChunks, generatedQueries } from '../scenes/generated-code.ts'

const chunkCount = 20_000
const top = 20

/** Index and search of the same chunks, both in memory. */
export const family: Family = {
  name: 'search',
  rows: [
    {
      name: 'search: index of 20,000 chunks',
      unit: 'ms',
      comparedWith: 'SQLite FTS5, unicode61, in memory',
      marks: [{ of: 'ratio', is: 'at most', value: 0.5 }],
    },
    {
      name: 'search: one query, median',
      unit: 'ms',
      comparedWith: 'SQLite FTS5, bm25(), first 20',
      marks: [{ of: 'ours', is: 'at most', value: 0.2 }],
    },
  ],
  open: () => Promise.resolve(openSubjects()),
}

function openSubjects() {
  const chunks = generatedChunks(chunkCount)
  const queries = generatedQueries(200)
  return {
    ours: () =>
      Promise.resolve(
        figures(
          () => buildOurs(chunks),
          (index, query) => index.chunks.score(termsOf(index.vocabulary, query)),
          queries,
        ),
      ),
    baseline: () =>
      Promise.resolve(
        figures(
          () => fullTextIndex(chunks),
          (index, query) => askFullText(index, query, top),
          queries,
        ),
      ),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

function figures<Index>(build: () => Index, ask: (index: Index, query: string) => unknown, queries: readonly string[]) {
  const started = performance.now()
  const index = build()
  const built = performance.now() - started
  const times = queries.map((query) => {
    const asked = performance.now()
    ask(index, query)
    return performance.now() - asked
  })
  return {
    'search: index of 20,000 chunks': built,
    'search: one query, median': times.sort((one, other) => one - other)[times.length >> 1] ?? 0,
  }
}

/** In runs as large as the threads of an index hand on at most. */
const filesOfRun = 1024

function buildOurs(chunks: readonly string[]) {
  const vocabulary = Vocabulary.empty()
  const builder = new TextCollector(new TermReader(vocabulary), () => -1)
  const runs: ReturnType<TextCollector['take']>[] = []
  chunks.forEach((text, number) => {
    builder.add({ path: `${number}.ts`, text, definitions: [] })
    if (number % filesOfRun === filesOfRun - 1) runs.push(builder.take())
  })
  runs.push(builder.take())
  return joinSegments(vocabulary, [{ segment: joinTextRuns(runs, vocabulary.size), gone: undefined }])
}

function termsOf(vocabulary: Vocabulary, query: string) {
  return termTexts(query)
    .map((text) => ({ term: vocabulary.findText(text), weight: 1 }))
    .filter(({ term }) => term >= 0)
}
