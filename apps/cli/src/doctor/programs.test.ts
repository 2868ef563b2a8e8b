import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkNode, judgeGit } from './programs.ts'

test('an old git is told from a new one', () => {
  const said = ['git version 2.29.9', 'git version 2.30.0', 'git version 2.39.5 (Apple Git-154)', 'git version 3.0.1', 'git version 1.99.0', 'nonsense', null]
  assert.deepEqual(said.map((text) => judgeGit(text).status), ['fail', 'ok', 'ok', 'ok', 'fail', 'fail', 'fail'])
})

test('Node must run TypeScript', () => {
  assert.deepEqual(['22.18.0', '24.0.0', '25.1.0'].map((version) => checkNode(version).status), ['fail', 'ok', 'ok'])
})
