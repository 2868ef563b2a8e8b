import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidArgumentError } from 'commander'
import { collect, money, port, positiveInteger, seconds } from './parse-values.ts'

test('times are seconds, or numbers with units', () => {
  assert.deepEqual(['90', '90s', '30m', '1h30m', '2d'].map(seconds), [90, 90, 1800, 5400, 172_800])
})

test('what is no time is refused', () => {
  for (const text of ['', '0', '0s', 'soon', '10x', '1h-30m', '5 m', '-5', '1.5h']) assert.throws(() => seconds(text), InvalidArgumentError, text)
})

test('money is an amount of dollars', () => {
  assert.deepEqual(['2', '0.50', '$1.5', '0'].map(money), [2, 0.5, 1.5, 0])
  for (const text of ['', 'abc', '-1', '1e3', '1,50', 'Infinity']) assert.throws(() => money(text), InvalidArgumentError, text)
})

test('counts start at one', () => {
  assert.equal(positiveInteger('12'), 12)
  for (const text of ['0', '-1', '1.5', '', '0x10', 'many']) assert.throws(() => positiveInteger(text), InvalidArgumentError, text)
})

test('ports end at 65535', () => {
  assert.deepEqual(['0', '4747', '65535'].map(port), [0, 4747, 65_535])
  for (const text of ['65536', '-1', '47.5', 'http', '123456']) assert.throws(() => port(text), InvalidArgumentError, text)
})

test('an option that comes again keeps its order', () => {
  assert.deepEqual(collect('b', collect('a', [])), ['a', 'b'])
})
