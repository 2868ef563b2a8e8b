import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameFrom } from './command-name.ts'

const root = '/home/me/codeforge'
const files: Readonly<Record<string, string>> = {
  '/usr/bin/codeforge': '/opt/other/codeforge',
  '/home/me/.npm/bin/codeforge': `${root}/bin/codeforge.js`,
  [`${root}/node_modules/.bin/codeforge`]: `${root}/bin/codeforge.js`,
}
const name = (directory: string, ...path: string[]): string => nameFrom({ path, directory, root, resolve: (file) => files[file] ?? null })

test('a command is named as it is found where the user stands', () => {
  assert.equal(name('/home/me/repo', '/bin', '/home/me/.npm/bin'), 'codeforge')
  assert.equal(name(root, `${root}/node_modules/.bin`, '/bin'), 'npx codeforge')
  assert.equal(name(`${root}/docs`, '/bin'), 'npx codeforge')
  assert.equal(name('/home/me/codeforge-2', '/bin'), `${root}/bin/codeforge.js`)
})

test('another program of that name is never meant', () => {
  assert.equal(name('/home/me/repo', '/usr/bin', '/home/me/.npm/bin'), `${root}/bin/codeforge.js`)
  assert.equal(name(root, '/usr/bin'), 'npx codeforge')
})

test('a path with blanks can be typed', () => {
  assert.equal(nameFrom({ path: [], directory: '/', root: '/my "own\' things', resolve: () => null }), String.raw`'/my "own'\'' things/bin/codeforge.js'`)
})
