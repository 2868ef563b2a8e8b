import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { test } from 'node:test'
import { configDirectory, dataDirectoryOf } from './directories.ts'

test('--data wins over CODEFORGE_DATA, which wins over the platform\'s place', () => {
  assert.equal(dataDirectoryOf('/a', { CODEFORGE_DATA: '/b' }), '/a')
  assert.equal(dataDirectoryOf(undefined, { CODEFORGE_DATA: '/b' }), '/b')
  assert.equal(dataDirectoryOf(undefined, { CODEFORGE_DATA: '' }), dataDirectoryOf(undefined, {}))
})

test('a data directory is absolute, whether it was named so, by the home directory, or from here', () => {
  assert.equal(dataDirectoryOf('~/forge', {}), join(homedir(), 'forge'))
  assert.equal(dataDirectoryOf('forge', {}), resolve('forge'))
  assert.equal(dataDirectoryOf('~other', {}), resolve('~other'))
  assert.ok(isAbsolute(dataDirectoryOf(undefined, {})))
})

test('settings and data lie in different folders', () => {
  assert.notEqual(configDirectory({}), dataDirectoryOf(undefined, {}))
})
