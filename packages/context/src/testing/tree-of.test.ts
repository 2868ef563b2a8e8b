import assert from 'node:assert/strict'
import { it } from 'node:test'
import { treeOf } from './tree-of.ts'

it('a tree out of texts is in the order of its paths, and another one where a text differs', () => {
  const tree = treeOf({ 'b.ts': { text: 'b' }, 'a.ts': { text: 'hello\n' } })
  assert.deepEqual(
    tree.files.map(({ path, hash }) => [path, hash.slice(0, 8)]),
    [
      ['a.ts', 'ce013625'], // what `git hash-object` says of it
      ['b.ts', '63d8dbd4'],
    ],
  )
  assert.notEqual(treeOf({ 'b.ts': { text: 'c' }, 'a.ts': { text: 'hello\n' } }).version, tree.version)
})
