import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { RunId } from '@codeforge/contracts/ids'
import type { Run } from '@codeforge/contracts/run'
import type { Clock } from '@codeforge/ports/clock'
import type { Store } from '@codeforge/ports/store/store'
import { memoryLog } from '@codeforge/ports/testing/memory-log'
import { openRunFeed } from './run-feed.ts'

const [one, two] = [RunId.parse('01980000-0000-7000-8000-000000000001'), RunId.parse('01980000-0000-7000-8000-000000000002')]

function scene(get: (id: RunId, reads: number) => Promise<Pick<Run, 'id' | 'status'>>) {
  const told: string[] = []
  let reads = 0
  const store = { runs: { get: async (id: RunId) => ({ view: await get(id, reads += 1) }) } } as unknown as Store // a feed reads nothing else
  const clock: Clock = { now: () => new Date(), monotonic: () => 0, sleep: async () => setImmediate() }
  const feed = openRunFeed({ store, clock, log: memoryLog() }, new AbortController().signal)
  feed.onRun((_id, _project, { frames: [frame] }) => {
    const { run } = JSON.parse(frame?.text ?? '') as { run: Run }
    told.push(`${run.id.slice(-1)} ${run.status}`)
  })
  return {
    feed, told,
    async until(count: number) {
      for (let turns = 0; told.length < count && turns < 200; turns += 1) await setImmediate()
    },
  }
}

describe('summaries of runs that change', () => {
  test('are told although the store could not be read at first', async () => {
    const { feed, told, until } = scene(async (id, reads) => {
      if (reads === 1) throw new Error('the store is away')
      return { id, status: 'running' }
    })
    feed.changed(one)
    feed.changed(two)
    await until(2)
    assert.deepEqual(told.toSorted(), ['1 running', '2 running'])
  })

  test('are read again where a run changes while it is read', async () => {
    let status: Run['status'] = 'running'
    const { feed, told, until } = scene(async (id) => {
      const found = { id, status }
      if (status === 'running') {
        status = 'ended'
        feed.changed(id)
      }
      return found
    })
    feed.changed(one)
    await until(2)
    assert.deepEqual(told, ['1 running', '1 ended'])
  })
})
