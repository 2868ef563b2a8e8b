import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freeSlots } from './free-slots.ts'

const worker = (slots: number, ...pools: string[]) => ({ slots, pools, stopping: false })

describe('free slots', () => {
  test('are what the workers of a pool have, less what is out', () => {
    assert.deepEqual(freeSlots([worker(2, 'default'), worker(3, 'default')], { default: 4 }), { default: 1 })
  })

  test('of a worker with two pools are counted once', () => {
    const both = [worker(2, 'default', 'host-a')]
    assert.deepEqual(freeSlots(both, {}), { 'default': 2, 'host-a': 2 })
    assert.deepEqual(freeSlots(both, { 'host-a': 1 }), { 'default': 1, 'host-a': 1 })
    assert.deepEqual(freeSlots(both, { 'default': 1, 'host-a': 1 }), { 'default': 0, 'host-a': 0 })
  })

  test('of one host are of no use to the pool of another', () => {
    const hosts = [worker(2, 'default', 'host-a'), worker(4, 'default', 'host-b')]
    assert.deepEqual(freeSlots(hosts, { 'host-a': 2 }), { 'default': 4, 'host-a': 0, 'host-b': 4 })
  })

  test('are none where nobody works, nobody stays or more is out than there is', () => {
    assert.deepEqual(freeSlots([], { default: 1 }), {})
    assert.deepEqual(freeSlots([{ ...worker(2, 'default'), stopping: true }], {}), {})
    assert.deepEqual(freeSlots([worker(1, 'default')], { default: 3 }), { default: 0 })
  })
})
