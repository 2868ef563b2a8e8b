import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { shipped } from '../shipped.ts'
import { openKeptYaml } from './kept-yaml.ts'
import { readAllPolicies } from './read-policies.ts'

describe('what texts in YAML say', () => {
  test('is kept: profiles are the same the first time and the second', async () => {
    await using directory = await temporaryDirectory('kept')
    const file = join(directory.path, 'yaml.json')
    const plain = await readAllPolicies(shipped.policies)
    for (const time of ['first', 'second']) {
      const kept = await openKeptYaml(file)
      assert.deepEqual(await readAllPolicies(shipped.policies, undefined, kept.read), plain, time)
      await kept.keep()
    }
    assert.equal(Object.keys(JSON.parse(await readFile(file, 'utf8')) as object).length, plain.length)
  })

  test('is taken from what was kept, for the very text only', async () => {
    await using directory = await temporaryDirectory('kept')
    const file = join(directory.path, 'yaml.json')
    const first = await openKeptYaml(file)
    first.read('a: 1')
    await first.keep()
    await writeFile(file, (await readFile(file, 'utf8')).replace('"a":1', '"a":2'))
    const second = await openKeptYaml(file)
    assert.deepEqual([second.read('a: 1'), second.read('a:  1')], [{ a: 2 }, { a: 1 }])
  })

  test('is read anew where the file is broken, or says what JSON cannot', async () => {
    await using directory = await temporaryDirectory('kept')
    const file = join(directory.path, 'yaml.json')
    await writeFile(file, '{"half": ')
    for (const time of [1, 2]) {
      const kept = await openKeptYaml(file)
      assert.deepEqual(kept.read('most: .inf'), { most: Infinity }, `time ${time}`)
      await kept.keep()
    }
  })
})
