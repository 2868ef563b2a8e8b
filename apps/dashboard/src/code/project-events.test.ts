import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StreamMessage } from '@codeforge/contracts/api'
import { projectEvents } from './project-events.ts'

const event = (sequence: number, kind: string, stream = 'project.1') => ({ kind: 'event', event: { stream, sequence, kind } }) as StreamMessage
const caughtUp = (sequence: number): StreamMessage => ({ kind: 'caught-up', stream: 'project.1', sequence })

function scene() {
  const heard = { times: 0 }
  const subscription = projectEvents('1', 'index.', () => { heard.times += 1 })
  return { heard, subscription, tell: (...messages: readonly StreamMessage[]) => { for (const message of messages) subscription.receive(message) } }
}

describe('events of a project', () => {
  test('of the past come as one call, those after it one by one, and others as none', () => {
    const { heard, tell } = scene()
    tell(event(1, 'index.started'), event(2, 'index.completed'))
    assert.equal(heard.times, 0)
    tell(event(3, 'graph.started'), caughtUp(3))
    assert.equal(heard.times, 1)
    tell(event(4, 'index.started'), event(5, 'index.started', 'project.2'), event(5, 'graph.completed'), event(6, 'index.failed'))
    assert.equal(heard.times, 3)
  })

  test('that another part of the page asks for are no news, those missed by a lost connection are', () => {
    const { heard, subscription, tell } = scene()
    tell(event(1, 'index.started'), caughtUp(1))
    tell(event(1, 'index.started'), caughtUp(1))
    assert.equal(heard.times, 1)
    assert.deepEqual(subscription.request(), { kind: 'subscribe', stream: 'project.1', after: 1 })
    tell(event(2, 'index.completed'), caughtUp(2))
    assert.equal(heard.times, 2)
  })
})
