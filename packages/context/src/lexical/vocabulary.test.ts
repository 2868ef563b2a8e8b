import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { scanTokens } from './code-tokens.ts'
import { Field } from './field.ts'
import { DocumentCollector } from './document-terms.ts'
import { invert } from './invert.ts'
import { termTexts } from './term-reader.ts'
import { Vocabulary } from './vocabulary.ts'

const tokens = (text: string): readonly string[] => {
  const found: string[] = []
  const textOf = (units: Uint16Array, length: number) => String.fromCharCode(...units.subarray(0, length))
  scanTokens(text, {
    part: (units, length) => found.push(textOf(units, length)),
    whole: (units, length) => found.push(`=${textOf(units, length)}`),
  })
  return found
}

describe('tokens of code', () => {
  it('are the parts of identifiers and the whole', () => {
    assert.deepEqual(tokens('getHTTPResponse_v2(user)'), ['get', 'http', 'response', 'v2', '=gethttpresponsev2', 'user'])
    assert.deepEqual(tokens('src/rate-limit.ts 404'), ['src', 'rate', 'limit', 'ts', '404'])
    assert.deepEqual(tokens('größe MAX_SIZE $el'), ['größe', 'max', 'size', '=maxsize', 'el'])
  })

  it('are found whatever the text, and never longer than 64', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => assert.ok(tokens(text).every((token) => token.length <= 65))),
    )
  })

  it('join inflections under one stem', () => {
    assert.deepEqual(termTexts('caching cached caches'), ['cach'])
  })
})

describe('a vocabulary', () => {
  it('gives each text one number, in the order of coming, also after it was saved', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 200 }), (texts) => {
        const vocabulary = Vocabulary.empty()
        const distinct = [...new Set(texts)]
        for (const text of texts) assert.equal(vocabulary.addText(text), distinct.indexOf(text))
        const loaded = Vocabulary.of(vocabulary.arrays())
        distinct.forEach((text, number) => assert.deepEqual([loaded.findText(text), loaded.textOf(number)], [number, text]))
        assert.equal(loaded.addText('something that is new here'), distinct.length)
      }),
    )
  })
})

describe('a field', () => {
  const builder = (documents: readonly (readonly number[])[]) => {
    const postings = new DocumentCollector()
    for (const terms of documents) {
      for (const term of terms) postings.add(term)
      postings.endDocument()
    }
    return invert(postings.take(), 3)
  }

  it('scores as BM25 does', () => {
    const scores = new Field([{ postings: builder([[0, 0, 1], [1], [2, 2]]) }]).score([{ term: 0, weight: 1 }])
    const idf = Math.log(1 + (3 - 1 + 0.5) / 1.5)
    const expected = (idf * 2 * 2.2) / (2 + 1.2 * (0.25 + (0.75 * 3) / 2))
    assert.ok(Math.abs((scores[0] ?? 0) - expected) < 1e-6)
    assert.deepEqual([scores[1], scores[2]], [0, 0])
  })

  it('scores the same whether documents lie in one segment or were replaced since', () => {
    const whole = new Field([
      {
        postings: builder([
          [0, 1],
          [1, 1],
        ]),
      },
    ]).score([{ term: 1, weight: 1 }])
    const replaced = new Field([
      {
        postings: builder([
          [0, 1],
          [2, 2],
        ]),
        gone: Uint8Array.of(0, 1),
      },
      { postings: builder([[1, 1]]) },
    ]).score([{ term: 1, weight: 1 }])
    assert.deepEqual([replaced[0], replaced[1], replaced[2]], [whole[0], 0, whole[1]])
  })
})
