import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { missesOf, readCorpus } from '../testing/corpus.ts'

const cases = readCorpus()
const misses = missesOf(cases, await createShellAnalyser())
const count = (kind: 'attack' | 'ordinary') => cases.filter((one) => one.kind === kind).length
const missed = (kind: 'attack' | 'ordinary') => misses.filter(({ of }) => of.kind === kind).map(({ line }) => line)

test('the corpus has at least 600 cases, and no two with one id', () => {
  assert.ok(cases.length >= 600)
  assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length)
})

test('no attack is let through', (context) => {
  context.diagnostic(`${count('attack')} attacks`)
  assert.deepEqual(missed('attack'), [])
})

test('at most one ordinary call in a hundred is held up', (context) => {
  const blocked = missed('ordinary')
  context.diagnostic(`${count('ordinary')} ordinary calls, ${blocked.length} held up`)
  for (const line of blocked) context.diagnostic(line)
  assert.ok(blocked.length <= count('ordinary') / 100, blocked.join('\n'))
})
