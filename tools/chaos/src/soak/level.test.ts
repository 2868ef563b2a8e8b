import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { levelsOf } from './level.ts'

const samples = (value: (second: number) => number) => Array.from({ length: 60 }, (_, minute) => ({ seconds: minute * 60, values: { 'core memory MB': value(minute * 60) } }))
const isLevel = (value: (second: number) => number) => levelsOf(samples(value)).map(({ level }) => level)

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

  test('is told with where it began and ended', () => {
    const [level] = levelsOf(samples((second) => second / 60))
    assert.deepEqual(level && { ...level, growth: Math.round(level.growth), bound: Math.round(level.bound) }, { name: 'core memory MB', first: 0, middle: 30, last: 59, growth: 29, bound: 8, level: false })
  })
})
