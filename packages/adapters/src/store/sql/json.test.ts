import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainText, storable } from './json.ts'

const anyText = fc.string({ unit: 'binary' })
const anyJson = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)

test('text that the database takes stays as it is', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
    fc.pre(!text.includes('\0'))
    assert.equal(plainText(text), text)
  }))
})

test('no NUL and no half of a surrogate pair is left in a text', () => {
  fc.assert(fc.property(fc.array(fc.oneof(anyText, fc.constantFrom('\0', '\ud83d', '\ude42'))), (parts) => {
    const stored = plainText(parts.join(''))
    assert.ok(stored.isWellFormed() && !stored.includes('\0'))
  }))
})

test('the value that comes back is the one that the text says', () => {
  fc.assert(fc.property(anyJson, anyText, (value, text) => {
    const stored = storable({ value, text, ['\0key\ud800']: '\\u0000' })
    assert.deepEqual(stored.value, JSON.parse(stored.text))
    assert.doesNotMatch(stored.text.replaceAll('\\\\', ''), /\\u(?:0000|d[89a-f])/i)
  }))
})
