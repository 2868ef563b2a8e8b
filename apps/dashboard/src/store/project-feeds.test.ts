import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StreamMessage, StreamRequest } from '@codeforge/contracts/api'
import type { LiveStream, Subscription } from '../api/live-stream.ts'
import { projectFeeds } from './project-feeds.ts'

function scene() {
  const asked: StreamRequest[] = []
  const subscriptions = new Set<Subscription>()
  const live: LiveStream = {
    subscribe(subscription) {
      subscriptions.add(subscription)
      asked.push(subscription.request())
      return () => {
        subscriptions.delete(subscription)
        if (subscription.end) asked.push(subscription.end)
      }
    },
    hurry: () => undefined, renew: () => undefined, close: () => undefined,
  }
  const say = (message: StreamMessage): void => { for (const { receive } of subscriptions) receive(message) }
  const listen = projectFeeds(() => live)
  return {
    asked,
    event: (sequence: number, kind: string) => { say({ kind: 'event', event: { stream: 'project.1', sequence, kind } } as unknown as StreamMessage) }, // feeds look at place and kind alone
    caughtUp: () => { say({ kind: 'caught-up', stream: 'project.1', sequence: 0 }) },
    reconnect: () => { for (const { request } of subscriptions) asked.push(request()) },
    listen(beginning: string) {
      const told = { times: 0, end: () => undefined as void }
      told.end = listen('1', { concerns: (kind) => kind.startsWith(beginning), happened: () => { told.times += 1 } })
      return told
    },
  }
}

describe('the events of a project', () => {
  test('of a long past tell each listener once, and afterwards each time', () => {
    const { listen, event, caughtUp } = scene()
    const [index, graph, task] = [listen('index.'), listen('graph.'), listen('task.')]
    for (let sequence = 1; sequence <= 500; sequence += 1) event(sequence, sequence % 2 === 0 ? 'index.started' : 'graph.started')
    assert.deepEqual([index.times, graph.times, task.times], [0, 0, 0])
    caughtUp()
    assert.deepEqual([index.times, graph.times, task.times], [1, 1, 0])
    event(501, 'index.completed')
    event(502, 'index.started')
    assert.deepEqual([index.times, graph.times, task.times], [3, 1, 0])
  })

  test('come by one subscription, which goes on while anybody listens, and after what was seen', () => {
    const { listen, event, caughtUp, asked, reconnect } = scene()
    const index = listen('index.')
    caughtUp()
    event(1, 'index.started')
    const graph = listen('graph.')
    graph.end()
    reconnect()
    event(1, 'index.started')
    event(2, 'index.completed')
    assert.deepEqual([index.times, graph.times], [2, 0])
    index.end()
    assert.deepEqual(asked, [
      { kind: 'subscribe', stream: 'project.1', after: 0 }, { kind: 'subscribe', stream: 'project.1', after: 1 }, { kind: 'unsubscribe', stream: 'project.1' },
    ])
  })
})
