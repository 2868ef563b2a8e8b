import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cutLine, headAndTail } from './bounded-text.ts'

/** The same by splitting all of the text. */
function bySplitting(text: string, limit: number): string {
  const lines = text.split('\n')
  if (text.length <= limit && lines.every((line) => cutLine(line) === line)) return text
  const cut = lines.map(cutLine)
  const taken = (from: readonly string[], most: number): number => {
    let size = 0
    const end = from.findIndex((line) => (size += line.length + 1) > most)
    return end === -1 ? from.length : end
  }
  const head = cut.slice(0, taken(cut, limit * 0.4))
  const rest = cut.slice(head.length)
  const tail = rest.slice(rest.length - taken(rest.toReversed(), limit * 0.6))
  const omitted = cut.length - head.length - tail.length
  return omitted <= 0 ? cut.join('\n') : [...head, `... ${omitted} lines omitted ...`, ...tail].join('\n')
}

test('what fits stays as it is', () => {
  for (const text of ['', '\n', 'one\ntwo', 'x'.repeat(1000)]) assert.equal(headAndTail(text), text)
})

test('of a long text its first and last lines are shown, and how many are missing', () => {
  const text = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n')
  assert.equal(headAndTail(text, 40), 'line 0\nline 1\n... 95 lines omitted ...\nline 97\nline 98\nline 99')
})

test('a line of its own is cut, however long it is', () => {
  assert.equal(headAndTail('x'.repeat(5000)), `${'x'.repeat(1000)} ... (4000 more characters)`)
})

test('whatever the text, it says what splitting all of it would', () => {
  const line = fc.oneof({ weight: 5, arbitrary: fc.string({ maxLength: 12 }) }, { weight: 1, arbitrary: fc.integer({ min: 990, max: 1200 }).map((length) => 'y'.repeat(length)) })
  fc.assert(fc.property(fc.array(line, { maxLength: 40 }), fc.integer({ min: 0, max: 400 }), (lines, limit) => {
    const text = lines.join('\n')
    assert.equal(headAndTail(text, limit), bySplitting(text, limit))
  }), { numRuns: 2000 })
})
