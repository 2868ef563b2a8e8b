import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { joinTextRuns, TextCollector } from './build-text-segment.ts'
import { scanTokens } from './code-tokens.ts'
import { documentShift, many, manyCount, type Postings } from './postings.ts'
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
function held(postings: Postings, vocabulary: Vocabulary): Record<string, number>[] {
  const { starts, entries, lengths } = postings
  const found = Array.from(lengths, () => Object.create(null) as Record<string, number>)
  for (let term = 0; term < starts.length - 1; term += 1)
    for (let row = starts[term] ?? 0; row < (starts[term + 1] ?? 0); row += 1) {
      const entry = entries[row] ?? 0
      const document = found[entry >>> documentShift]
      if (document) document[vocabulary.textOf(term)] = (entry & many) === many ? manyCount(postings, row) : entry & many
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
    'again '.repeat(400),
    '\u00b7é\u3000\ufe01𝒳',
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
      fc.property(fc.array(text, { maxLength: 5 }), fc.boolean(), (texts, runOfEach) => {
        const vocabulary = Vocabulary.empty()
        const builder = new TextCollector(new TermReader(vocabulary), () => -1)
        const runs = texts.map((one) => {
          builder.add({ path: 'some/path.ts', text: one, definitions: [] })
          return runOfEach ? builder.take() : undefined
        })
        const taken = runOfEach ? runs.filter((run) => run !== undefined) : [builder.take()]
        const { body, chunks, chunkFiles, chunkStarts, chunkEnds, path } = joinTextRuns(taken, vocabulary.size)
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

  it('hold the same words as the plain way, whatever character stands between them', () => {
    const vocabulary = Vocabulary.empty()
    const collector = new TextCollector(new TermReader(vocabulary), () => -1)
    const texts = Array.from({ length: 256 }, (_, high) =>
      Array.from({ length: 256 }, (_unit, low) => `ab${String.fromCharCode((high << 8) | low)}cd`.toWellFormed()).join('\n'),
    )
    for (const one of texts) collector.add({ path: 'a', text: one, definitions: [] })
    assert.deepEqual(held(joinTextRuns([collector.take()], vocabulary.size).body, vocabulary), texts.map(counted))
  })

  it('forget identifiers beyond a quarter of a million, and go on', () => {
    const vocabulary = Vocabulary.empty()
    const collector = new TextCollector(new TermReader(vocabulary), () => -1)
    const texts = Array.from({ length: 7 }, (_, part) =>
      Array.from({ length: 50_000 }, (_word, at) => `w${(part % 6) * 50_000 + at}`).join(' '),
    )
    for (const one of texts) collector.add({ path: 'a', text: one, definitions: [] })
    const found = held(joinTextRuns([collector.take()], vocabulary.size).body, vocabulary)
    assert.deepEqual(found[6], found[0])
    assert.deepEqual(
      found.map((terms) => Object.keys(terms).length),
      texts.map(() => 50_000),
    )
  })
})
