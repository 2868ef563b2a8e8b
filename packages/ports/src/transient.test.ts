import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeMessage } from '@codeforge/contracts/queue-message'
import { Transient } from './transient.ts'

test('a message says what was sent, to each reader anew', () => {
  const message = new Transient('events.system', encodeMessage({ sequence: 3 }))
  assert.equal(message.subject, 'events.system')
  assert.deepEqual(message.payload, { sequence: 3 })
  assert.notEqual(message.payload, message.payload)
})

test('what is not JSON says nothing', () => {
  assert.equal(new Transient('events.system', Buffer.from('{')).payload, undefined)
  assert.equal(new Transient('events.system', Buffer.from([0xff])).payload, undefined)
})
