import assert from 'node:assert/strict'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { openDataDirectory } from './data-directory.ts'

test('a data directory is made with the folders above it, for its owner only', async () => {
  await using temporary = await temporaryDirectory('data')
  const root = join(temporary.path, 'a', 'b')
  const { spool } = await openDataDirectory(root)
  await openDataDirectory(root)
  assert.deepEqual([(await stat(root)).mode & 0o777, (await stat(spool)).isDirectory()], [0o700, true])
})

test('a place where no directory can be made is refused at once, with what to do', async () => {
  await using temporary = await temporaryDirectory('data')
  const file = join(temporary.path, 'file')
  await writeFile(file, '')
  const impossible = process.platform === 'linux' ? [file, join(file, 'below'), '/proc/codeforge'] : [file, join(file, 'below')]
  for (const root of impossible) {
    await assert.rejects(openDataDirectory(root), { code: 'invalid-config', message: /Name another with --data/ }, root)
  }
})
