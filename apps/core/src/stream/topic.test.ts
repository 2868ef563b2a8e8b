import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventEnvelope } from '@codeforge/contracts/event'
import type { Store } from '@codeforge/ports/store/store'
import { openTopic } from './topic.ts'

/** A stream that grows by one event at a time. */
function stored() {
  const events: EventEnvelope[] = []
  const store = {
    events: {
      lastSequence: async () => events.length,
      read: async (_stream: string, after: number) => events.slice(after),
    },
  } as unknown as Pick<Store, 'events'> // a topic asks for no more of the log
  return { store, grow: () => { events.push({ sequence: events.length + 1 } as EventEnvelope) } }
}

test('an event that is told of at any moment of a look is known when that was heard', async () => {
  for (let turns = 0; turns < 30; turns += 1) {
    const { store, grow } = stored()
    const topic = openTopic(store, 'project.1')
    const looking = topic.refresh()
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    grow()
    await topic.refresh()
    assert.equal(topic.latest(), 1, `told after ${turns} turns`)
    await looking
  }
})
