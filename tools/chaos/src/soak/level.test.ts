import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { levelsOf } from './level.ts'

const samples = (value: (second: number) => number, name = 'core live objects MB') => Array.from({ length: 60 }, (_, minute) => ({ seconds: minute * 60, values: { [name]: value(minute * 60) } }))
const isLevel = (value: (second: number) => number, name?: string) => levelsOf(samples(value, name)).map(({ level }) => level)

describe('what a soak measures', () => {
  test('is level where it rose at first and then breathes', () => {
    assert.deepEqual(isLevel((second) => 200 - 100 * Math.exp(-second / 300) + 10 * Math.sin(second / 60)), [true])
  })

  test('is not level where it goes on rising by more than a tenth', () => {
    assert.deepEqual(isLevel((second) => 100 + second / 30), [false])
  })

  test('is level where it is small, whatever share a little more of it is', () => {
    assert.deepEqual(isLevel((second) => 1 + second / 3600), [true])
  })

  test('is told and not judged where it is the room that V8 takes; what is beyond V8 is judged', () => {
    const rising = (second: number) => 100 + second / 30
    const names = ['core resident MB', 'core V8 MB', 'core beyond V8 MB', 'core live objects MB']
    assert.deepEqual(names.map((name) => isLevel(rising, name)), [[null], [null], [false], [false]])
  })

  test('is level beyond V8 where pages that V8 gave up were still there for a moment', () => {
    assert.deepEqual(isLevel((second) => (second >= 3480 || second === 2400 ? 170 : 117), 'core beyond V8 MB'), [true])
  })

  test('is told with where it began and ended', () => {
    const [level] = levelsOf(samples((second) => second / 60))
    assert.deepEqual(level && { ...level, growth: Math.round(level.growth), bound: Math.round(level.bound) }, { name: 'core live objects MB', first: 0, middle: 30, last: 59, growth: 29, bound: 8, level: false })
  })
})
