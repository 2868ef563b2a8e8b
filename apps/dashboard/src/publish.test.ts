import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'

const script = join(import.meta.dirname, '..', 'publish.mjs')

test('a build takes the place of the one before, whose files stay for tabs that are open', async () => {
  await using directory = await temporaryDirectory('dist')
  const publish = async (names: readonly string[]): Promise<unknown> => {
    const next = join(directory.path, 'next')
    await mkdir(join(next, 'assets'), { recursive: true })
    for (const name of names) await writeFile(join(next, 'assets', name), name)
    await writeFile(join(next, 'index.html'), names.join(' '))
    await writeFile(join(next, 'favicon.svg'), '<svg/>')
    await promisify(execFile)(process.execPath, [script, directory.path])
    return [(await readdir(join(directory.path, 'assets'))).sort(), await readFile(join(directory.path, 'index.html'), 'utf8'), (await readdir(directory.path)).sort()]
  }
  const all = ['assets', 'assets.json', 'favicon.svg', 'index.html']
  assert.deepEqual(await publish(['a-1.js', 'b-1.js']), [['a-1.js', 'b-1.js'], 'a-1.js b-1.js', all])
  assert.deepEqual(await publish(['a-2.js', 'b-1.js']), [['a-1.js', 'a-2.js', 'b-1.js'], 'a-2.js b-1.js', all])
  assert.deepEqual(await publish(['a-3.js']), [['a-2.js', 'a-3.js', 'b-1.js'], 'a-3.js', all])
})
