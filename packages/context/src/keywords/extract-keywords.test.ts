import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { extractKeywords } from './extract-keywords.ts'

const gains = new Map([
  ['cach', 2],
  ['evict', 3],
  ['=responsecach', 4],
  ['=responsecache', 4],
  ['respons', 1],
  ['timeout', 3.5],
])
const words = (text: string, options = {}) => extractKeywords(text, gains, options).map(({ text: word }) => word)

describe('keyword extraction', () => {
  it('names what is telling first, and leaves out what nothing is known of', () => {
    assert.deepEqual(words('the ResponseCache should evict foo'), ['ResponseCache', 'evict'])
  })

  it('prefers something new to the same again', () => {
    assert.deepEqual(words('evict evicts evicting, cache', { top: 2 }), ['evict', 'cache'])
    assert.deepEqual(words('evict evicts evicting, cache', { top: 2, balance: 1 }), ['evict', 'evicts'])
  })

  it('counts what is said again', () => {
    assert.deepEqual(words('evict timeout evict evict', { top: 1 }), ['evict'])
  })

  it('gives distinct words of the text, no more than asked for, the first with score 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('evict', 'cache', 'ResponseCache', 'timeout', 'foo', '...')),
        fc.integer({ min: 1, max: 5 }),
        (parts, top) => {
          const found = extractKeywords(parts.join(' '), gains, { top })
          assert.ok(found.length <= top && new Set(found.map(({ text }) => text)).size === found.length)
          assert.ok(found.every(({ text }) => (parts as readonly string[]).includes(text)))
          assert.ok(found.length === 0 || found[0]?.score === 1)
        },
      ),
    )
  })
})
