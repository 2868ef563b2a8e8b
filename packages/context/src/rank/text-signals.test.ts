import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Field } from '../lexical/field.ts'
import { sizes } from './text-signals.ts'

test('large files are likelier to be meant, and small ones no less than each other', () => {
  const none = new Uint32Array()
  const postings = { starts: new Uint32Array(1), entries: none, manyPlaces: none, manyCounts: new Uint16Array() }
  const text = { body: new Field([{ postings: { ...postings, lengths: Uint32Array.of(3, 100, 1000) } }]) }
  const [tiny = 0, page = 0, large = 0] = sizes(text)
  assert.equal(tiny, page)
  assert.equal(large, Math.fround(Math.log(1001) / 10))
  assert.ok(page < large)
})
