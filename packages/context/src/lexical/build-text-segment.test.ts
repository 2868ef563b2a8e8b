import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { joinTextRuns, TextCollector } from './build-text-segment.ts'
import { scanTokens } from './code-tokens.ts'
import type { Postings } from './postings.ts'
import { stem } from './stem.ts'
import { TermReader, wholeMark } from './term-reader.ts'
import { Vocabulary } from './vocabulary.ts'

/** How often a text holds each term, counted the plain way: every token is cut and stemmed each time. */
function counted(text: string): Record<string, number> {
  const counts: Record<string, number> = Object.create(null) as Record<string, number>
  const count = (term: string) => (counts[term] = (counts[term] ?? 0) + 1)
  scanTokens(text, {
    part: (units, length) => count(stem(String.fromCharCode(...units.subarray(0, length)))),
    whole: (units, length) => count(wholeMark + String.fromCharCode(...units.subarray(0, Math.min(length, 63)))),
  })
  return counts
}

/** The same out of postings, for each document. */
function held({ starts, documents, counts, lengths }: Postings, vocabulary: Vocabulary): Record<string, number>[] {
  const found = Array.from(lengths, () => Object.create(null) as Record<string, number>)
  for (let term = 0; term < starts.length - 1; term += 1)
    for (let row = starts[term] ?? 0; row < (starts[term + 1] ?? 0); row += 1) {
      const document = found[documents[row] ?? 0]
      if (document) document[vocabulary.textOf(term)] = counts[row] ?? 0
    }
  return found
}

const piece = fc.oneof(
  fc.constantFrom(
    'getHTTPResponse_v2',
    'readFile',
    'réponseÀtous',
    '数据 读取',
    'a',
    '__proto__',
    'constructor',
    'x'.repeat(70),
    'fooBar'.repeat(15),
    '\n',
    ' ',
    '-',
    '\u2014',
  ),
  fc.string({ maxLength: 12 }),
)
const text = fc.array(piece, { maxLength: 120 }).map((pieces) => pieces.join(' '))

describe('the postings of texts', () => {
  it('hold each term as often as the text does, by chunk and by file', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
        const vocabulary = Vocabulary.empty()
        const builder = new TextCollector(new TermReader(vocabulary), () => -1)
        for (const one of texts) builder.add({ path: 'some/path.ts', text: one, definitions: [] })
        const { body, chunks, chunkFiles, chunkStarts, chunkEnds, path } = joinTextRuns([builder.take()], vocabulary.size)
        assert.deepEqual(held(body, vocabulary), texts.map(counted))
        assert.deepEqual(
          held(path, vocabulary),
          texts.map(() => counted('some/path.ts')),
        )
        const parts = Array.from(chunkFiles, (file, chunk) =>
          (texts[file] ?? '')
            .split('\n')
            .slice((chunkStarts[chunk] ?? 1) - 1, chunkEnds[chunk])
            .join('\n'),
        )
        assert.deepEqual(held(chunks, vocabulary), parts.map(counted))
        const sum = (lengths: Uint32Array) => lengths.reduce((all, one) => all + one, 0)
        assert.equal(sum(body.lengths), sum(chunks.lengths))
      }),
      { numRuns: 200 },
    )
  })
})
