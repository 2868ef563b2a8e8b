import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isWithin } from './place-within.ts'

describe('a place within a tree', () => {
  it('is a folder with all below it, or a file, however its path is written', () => {
    for (const place of ['src', 'src/', './src', 'src/../src//'])
      assert.deepEqual(['src/a.ts', 'src', 'srcs/a.ts', 'a/src/b.ts'].map(isWithin(place) ?? (() => null)), [true, true, false, false])
  })

  it('is the whole tree where it names its root', () => {
    assert.deepEqual(
      ['', '.', './', 'src/..'].map((place) => isWithin(place)),
      [null, null, null, null],
    )
  })

  it('holds nothing outside of the tree', () => {
    for (const place of ['..', '../src', '/src', 'src/../../src']) assert.equal(isWithin(place)?.('src/a.ts'), false)
  })
})
