import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeKeys } from './write-keys.ts'

function counted() {
  let count = 0
  return writeKeys(() => `key ${++count}`)
}

test('a write that nobody answered goes out again under its key, until it is answered', () => {
  const keys = counted()
  keys.unanswered('POST /runs {}', keys.keyOf('POST /runs {}'))
  assert.deepEqual([keys.keyOf('POST /runs {}'), keys.keyOf('POST /tasks {}')], ['key 1', 'key 2'])
  keys.answered('POST /runs {}')
  assert.equal(keys.keyOf('POST /runs {}'), 'key 3')
})

test('only so many are remembered', () => {
  const keys = counted()
  for (let number = 0; number <= 50; number += 1) keys.unanswered(`write ${number}`, `kept ${number}`)
  assert.deepEqual([keys.keyOf('write 1'), keys.keyOf('write 0')], ['kept 1', 'key 1'])
})
