import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mountOf, mountsBelow, readMountTable } from './mount-table.ts'

test('the table tells on which mount a path lies, and what is mounted below it', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  const table = await readMountTable()
  assert.equal(mountOf(table, '/proc/self/mountinfo')?.path, '/proc')
  assert.equal(mountOf(table, '/proc-and-more'), mountOf(table, '/'))
  assert.ok(mountsBelow(table, '/').some(({ path }) => path === '/proc'))
  assert.deepEqual(mountsBelow(table, '/nowhere'), [])
})

test('who asks while the table is read gets one that was read later, all the same one', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  const [first, ...others] = await Promise.all(Array.from({ length: 5 }, readMountTable))
  assert.notEqual(others[0], first)
  assert.deepEqual(others.map((table) => table === others[0]), [true, true, true, true])
  assert.notEqual(await readMountTable(), others[0])
})
