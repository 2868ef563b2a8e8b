import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { shipped } from '../shipped.ts'
import { openKeptYaml } from './kept-yaml.ts'
import { readAllPolicies } from './read-policies.ts'

const secret = 'of the data directory'
/** What is kept, without its seal. */
const textOf = async (file: string): Promise<string> => (await readFile(file, 'utf8')).slice(64)

describe('what texts in YAML say', () => {
  test('is kept: profiles are the same the first time and the second', async () => {
    await using directory = await temporaryDirectory('kept')
    const file = join(directory.path, 'yaml.json')
    const plain = await readAllPolicies(shipped.policies)
    for (const time of ['first', 'second']) {
      const kept = await openKeptYaml(file, secret)
      assert.deepEqual(await readAllPolicies(shipped.policies, undefined, kept.read), plain, time)
      await kept.keep()
    }
    assert.equal(Object.keys(JSON.parse(await textOf(file)) as object).length, plain.length)
  })

  test('is taken from what was kept, for the very text only', async () => {
    await using directory = await temporaryDirectory('kept')
    const file = join(directory.path, 'yaml.json')
    const first = await openKeptYaml(file, secret)
    first.read('a: 1')
    await first.keep()
    const other = (await textOf(file)).replace('"a":1', '"a":2')
    await writeFile(file, createHmac('sha256', secret).update('kept policies\n').update(other).digest('hex') + other)
    const second = await openKeptYaml(file, secret)
    assert.deepEqual([second.read('a: 1'), second.read('a:  1')], [{ a: 2 }, { a: 1 }])
  })

  test('is not believed where somebody without the secret wrote it, or nobody said that it was sealed', async () => {
    await using directory = await temporaryDirectory('kept')
    const file = join(directory.path, 'yaml.json')
    const sealed = await openKeptYaml(file, secret)
    sealed.read('a: 1')
    await sealed.keep()
    const whole = await readFile(file, 'utf8')
    const changed = whole.replace('"a":1', '"a":2')
    const strange = await openKeptYaml(join(directory.path, 'other.json'), 'another secret')
    strange.read('a: 1')
    await strange.keep()
    const other = (await readFile(join(directory.path, 'other.json'), 'utf8')).replace('"a":1', '"a":2')
    for (const text of [changed, changed.slice(64), other, '', whole.slice(0, 64)]) {
      await writeFile(file, text)
      assert.deepEqual((await openKeptYaml(file, secret)).read('a: 1'), { a: 1 })
    }
  })

  test('is read anew where the file is broken, or says what JSON cannot', async () => {
    await using directory = await temporaryDirectory('kept')
    const file = join(directory.path, 'yaml.json')
    await writeFile(file, '{"half": ')
    for (const time of [1, 2]) {
      const kept = await openKeptYaml(file, secret)
      assert.deepEqual(kept.read('most: .inf'), { most: Infinity }, `time ${time}`)
      await kept.keep()
    }
  })
})
