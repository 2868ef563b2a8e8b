import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findBlock } from './find-block.ts'

const text = 'function a() {\n  return 1\n}\n\nfunction b() {\n  return 2\n}\n'

test('finds a block exactly', () => {
  assert.deepEqual(findBlock(text, '  return 2\n'), { kind: 'found', start: 44, end: 55, exact: true })
})

test('finds a block whose whitespace differs', () => {
  assert.deepEqual(findBlock(text, 'function  b() {\n\treturn 2\n}'), { kind: 'found', start: 29, end: 56, exact: false })
})

test('refuses a block that is in several places, naming their lines', () => {
  assert.deepEqual(findBlock(text, '}\n'), { kind: 'ambiguous', lines: [3, 7] })
})

test('names the nearest lines of a block that is not there', () => {
  assert.deepEqual(findBlock(text, 'function b() {\n  return 3'), { kind: 'missing', nearest: { line: 5, text: 'function b() {\n  return 2' } })
})
