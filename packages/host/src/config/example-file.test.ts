import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Config } from '@codeforge/contracts/config'
import { isMap, parseDocument } from 'yaml'
import { shipped } from '../shipped.ts'
import { environmentSettings, variableOf } from './environment-settings.ts'
import { settingPaths } from './setting-paths.ts'

const text = await readFile(join(shipped.root, 'codeforge.yaml.example'), 'utf8')
const document = parseDocument(text)
const named = (path: readonly string[]): string => path.join('.')

/** A secret is a reference in the file; no variable sets the reference. */
function isReference(path: readonly string[]): boolean {
  const node = document.getIn(path)
  return isMap(node) && node.has('env')
}

test('codeforge.yaml.example shows the defaults', () => {
  assert.deepEqual(Config.parse(document.toJS()), Config.parse({}))
})

test('codeforge.yaml.example shows every setting', () => {
  assert.deepEqual(settingPaths.filter((path) => !document.hasIn(path)).map(named), [])
})

test('codeforge.yaml.example names the variable of every setting beside it', () => {
  const silent = settingPaths.filter((path) => {
    const key = path.at(-1)!
    const line = new RegExp(`^ *${key}:.* # .*\\b${variableOf(path)}\\b`, 'm')
    return !isReference(path) && !line.test(text)
  })
  assert.deepEqual(silent.map(named), [])
})

test('codeforge.yaml.example names no variable that does not exist', () => {
  const variables = text.match(/\bCODEFORGE_[A-Z_]*[A-Z]\b/g) ?? []
  for (const name of new Set(variables)) assert.doesNotThrow(() => environmentSettings({ [name]: '1' }), name)
})
