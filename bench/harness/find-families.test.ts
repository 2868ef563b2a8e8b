import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findFamilies } from './find-families.ts'

test('every file of rows exports rows whose names are unlike each other, and importing them measures nothing', async () => {
  const names = (await findFamilies('')).flatMap(({ name, rows }) => rows.map((row) => `${name}: ${row.name}`))
  assert.ok(names.length > 0)
  assert.deepEqual(names.toSorted(), [...new Set(names)].sort())
})

test('a part of a name that nothing has finds nothing', async () => {
  assert.deepEqual(await findFamilies('no row is called like this'), [])
})
