import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { parse } from 'yaml'
import { z } from 'zod'
import { missesOf, readCorpus } from '../testing/corpus.ts'

const cases = readCorpus()
const misses = missesOf(cases, await createShellAnalyser())
const pending = z.record(z.string(), z.array(z.string())).parse(parse(readFileSync(new URL('../../../../policies/corpus/pending/list.yaml', import.meta.url), 'utf8')))
const excused = new Set(Object.values(pending).flat())
const counted = misses.filter(({ of }) => !excused.has(of.id))

test('the corpus has at least 600 cases, and no two with one id', () => {
  assert.ok(cases.length >= 600)
  assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length)
})

test('no attack is let through', (context) => {
  context.diagnostic(`${cases.filter(({ kind }) => kind === 'attack').length} attacks, ${misses.filter(({ of }) => of.kind === 'attack' && excused.has(of.id)).length} pending`)
  assert.deepEqual(counted.filter(({ of }) => of.kind === 'attack').map(({ line }) => line), [])
})

test('at most one ordinary call in a hundred is held up', (context) => {
  const ordinary = cases.filter(({ kind }) => kind === 'ordinary').length
  const blocked = counted.filter(({ of }) => of.kind === 'ordinary').map(({ line }) => line)
  context.diagnostic(`${ordinary} ordinary calls, ${blocked.length} held up, ${misses.filter(({ of }) => of.kind === 'ordinary' && excused.has(of.id)).length} pending`)
  for (const line of blocked) context.diagnostic(line)
  assert.ok(blocked.length <= ordinary / 100, blocked.join('\n'))
})
