import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linesOf, TableLine } from './backup-file.ts'

test('lines come out whole, however the bytes were cut', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('a', 'ä\n', '\n', 'long enough', '\\.\n')), fc.integer({ min: 1, max: 7 }), async (parts, size) => {
    const bytes = Buffer.from(parts.join(''))
    const lines = await Array.fromAsync(linesOf(cut(bytes, size)))
    assert.deepEqual(Buffer.concat(lines), bytes)
    assert.deepEqual(lines.map(String), bytes.toString().match(/.*\n|.+$/g) ?? [])
  }))
})

test('a name that is no name is refused, because it would become part of a statement', () => {
  const line = (name: string) => TableLine.safeParse({ kind: 'table', name, columns: ['id', '"position"'] }).success
  assert.deepEqual(['runs', '"order"', 'runs; drop table runs', 'runs"', ''].map(line), [true, true, false, false, false])
})

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield await Promise.resolve(bytes.subarray(start, start + size))
}
