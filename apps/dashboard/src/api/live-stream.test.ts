import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StreamMessage } from '@codeforge/contracts/api'
import { openLiveStream, pauseAfter } from './live-stream.ts'
import type { ConnectionState, SocketListener } from './live-stream.ts'

interface Connection {
  readonly listener: SocketListener
  readonly sent: unknown[]
}

function scene() {
  const connections: Connection[] = []
  const states: ConnectionState[] = []
  const pauses: { readonly milliseconds: number; readonly end: () => void }[] = []
  const failures: number[] = []
  const stream = openLiveStream({
    open(listener) {
      const sent: unknown[] = []
      connections.push({ listener, sent })
      return { send: (text) => sent.push(JSON.parse(text)), close: () => { listener.closed() } }
    },
    later(end, milliseconds) {
      pauses.push({ milliseconds, end })
      return () => undefined
    },
    onState: (state) => states.push(state),
    onFailure: (tries) => failures.push(tries),
  })
  return { stream, connections, states, pauses, failures }
}

describe('the live stream', () => {
  test('asks again after what was seen when the connection comes back', () => {
    const { stream, connections, states, pauses } = scene()
    let sequence = 0
    stream.subscribe({
      request: () => ({ kind: 'subscribe', stream: 'run.1', after: sequence }),
      receive(message) { if (message.kind === 'caught-up') sequence = message.sequence },
    })
    connections[0]!.listener.opened()
    connections[0]!.listener.received(JSON.stringify({ kind: 'caught-up', stream: 'run.1', sequence: 7 } satisfies StreamMessage))
    connections[0]!.listener.closed()
    pauses[0]!.end()
    connections[1]!.listener.opened()

    assert.deepEqual(connections.map(({ sent }) => sent), [
      [{ kind: 'subscribe', stream: 'run.1', after: 0 }],
      [{ kind: 'subscribe', stream: 'run.1', after: 7 }],
    ])
    assert.deepEqual(states, ['connecting', 'open', 'waiting', 'connecting', 'open'])
  })

  test('waits longer after each failure and starts over after a success', () => {
    const { connections, pauses, failures } = scene()
    connections[0]!.listener.closed()
    pauses[0]!.end()
    connections[1]!.listener.closed()
    pauses[1]!.end()
    connections[2]!.listener.opened()
    connections[2]!.listener.closed()

    assert.deepEqual(pauses.map(({ milliseconds }) => milliseconds), [500, 1000, 500])
    assert.deepEqual(failures, [1, 2])
  })

  test('never waits longer than a quarter of a minute', () => {
    assert.equal(pauseAfter(1000), 15_000)
  })

  test('tells the server when nobody listens any more', () => {
    const { stream, connections } = scene()
    connections[0]!.listener.opened()
    const end = stream.subscribe({
      request: () => ({ kind: 'subscribe', stream: 'run.1', after: 0 }), receive: () => undefined, end: { kind: 'unsubscribe', stream: 'run.1' },
    })
    end()
    assert.deepEqual(connections[0]!.sent, [{ kind: 'subscribe', stream: 'run.1', after: 0 }, { kind: 'unsubscribe', stream: 'run.1' }])
  })

  test('goes on with a stream that another part of the page looks at', () => {
    const { stream, connections } = scene()
    connections[0]!.listener.opened()
    const told: string[] = []
    const look = (name: string) => stream.subscribe({
      request: () => ({ kind: 'subscribe', stream: 'project.1', after: 0 }), receive: () => told.push(name), end: { kind: 'unsubscribe', stream: 'project.1' },
    })
    const endFirst = look('first')
    const endSecond = look('second')
    endSecond()
    connections[0]!.listener.received(JSON.stringify({ kind: 'caught-up', stream: 'project.1', sequence: 1 } satisfies StreamMessage))
    assert.deepEqual([told, connections[0]!.sent.at(-1)], [['first'], { kind: 'subscribe', stream: 'project.1', after: 0 }])
    endFirst()
    assert.deepEqual(connections[0]!.sent.at(-1), { kind: 'unsubscribe', stream: 'project.1' })
  })

  test('is made anew on demand, at once, and does not hear the connection that it gave up', () => {
    const { stream, connections, states, pauses } = scene()
    const seen: number[] = []
    stream.subscribe({ request: () => ({ kind: 'subscribe-runs' }), receive: (message) => { if (message.kind === 'caught-up') seen.push(message.sequence) } })
    connections[0]!.listener.opened()
    stream.renew()
    connections[1]!.listener.opened()
    connections[0]!.listener.received(JSON.stringify({ kind: 'caught-up', stream: 'run.1', sequence: 1 } satisfies StreamMessage))
    connections[0]!.listener.closed()
    connections[1]!.listener.received(JSON.stringify({ kind: 'caught-up', stream: 'run.1', sequence: 2 } satisfies StreamMessage))
    assert.deepEqual([connections.length, connections[1]?.sent, seen, states, pauses.length], [2, [{ kind: 'subscribe-runs' }], [2], ['connecting', 'open', 'connecting', 'open'], 0])
  })

  test('stays closed once it is closed', () => {
    const { stream, connections, pauses } = scene()
    connections[0]!.listener.opened()
    stream.close()
    assert.deepEqual([connections.length, pauses.length], [1, 0])
  })
})
