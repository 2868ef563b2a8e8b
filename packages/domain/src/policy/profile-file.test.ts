import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { parsePolicy } from './parse.ts'

const head = (name: string) => `
name: ${name}
description: For tests.
termination: { kind: max-turns, turns: 3 }
maxCostMicroUsd: 1
`
const base = parsePolicy(`${head('base')}
sandbox: { need: none, network: all }
paths: { scratch: true }
guards: [{ id: no-push, deny: { commands: [{ program: git, args: [push] }] }, because: no }]
rules: [{ id: look, decision: allow, when: { tools: [shell], commands: [{ program: ls }] }, because: looking }]
examples: [{ call: ls, decision: allow }]`, 'base.yaml')
const read = (rest: string) => parsePolicy(`${head('own')}${rest}`, 'own.yaml', (name) => (name === 'base' ? base : undefined))

const refusal = (rest: string) => {
  try {
    read(rest)
    return null
  } catch (error) {
    return error instanceof CodeForgeError ? error.message : null
  }
}

test('a list is put into every pattern that names it, and into no example', () => {
  const { guards, rules } = read(`
lists: { tools: [jest, 'vites?'], folders: [src] }
guards: [{ id: keep, deny: { paths: ['<folders>/**'] }, because: no }]
rules:
  - id: run
    decision: allow
    when: { commands: [{ program: npx, args: ['<tools>'], lacks: ['*[<>]*'] }, { program: 'bin/<tools>' }] }
    because: tests
    matches: ['npx jest <tools>']`)
  assert.deepEqual(guards[0]?.deny.paths, ['{src}/**'])
  assert.deepEqual(rules[0]?.when.commands, [{ program: 'npx', args: ['{jest,vites?}'], lacks: ['*[<>]*'] }, { program: 'bin/{jest,vites?}' }])
  assert.deepEqual(rules[0].matches, ['npx jest <tools>'])
})

test('a list that is not there, one that nothing names, and patterns that would end it too early are refused', () => {
  const guard = (program: string) => `guards: [{ id: g, deny: { commands: [{ program: '${program}' }] }, because: no }]`
  assert.match(refusal(`lists: { a: [x] }\n${guard('<a><b>')}`) ?? '', /no list is called b/)
  assert.match(refusal(`lists: { a: [x], b: [y] }\n${guard('<a>')}`) ?? '', /no pattern names the list b/)
  assert.match(refusal(`lists: { a: ['x}'] }\n${guard('<a>')}`) ?? '', /without braces/)
})

test('a profile that extends another has its place, its guards and its rules before its own, and examples of its own', () => {
  const own = read(`
extends: base
guards: [{ id: no-rm, deny: { commands: [{ program: rm }] }, because: no }]
rules: [{ id: write, decision: allow, when: { tools: [write_file] }, because: writing }]`)
  assert.deepEqual([own.name, own.sandbox, own.paths], ['own', base.sandbox, base.paths])
  assert.deepEqual([own.guards.map(({ id }) => id), own.rules.map(({ id }) => id), own.examples], [['no-push', 'no-rm'], ['look', 'write'], []])
})

test('what cannot be built on is refused: an unknown name, and another sandbox or other paths than those of the base', () => {
  assert.match(refusal('extends: other') ?? '', /no shipped profile/)
  assert.match(refusal('extends: [base]') ?? '', /no shipped profile/)
  assert.match(refusal('extends: base\nsandbox: { network: all }') ?? '', /sandbox comes from base/)
  assert.match(refusal('extends: base\npaths: { blocked: [] }') ?? '', /paths comes from base/)
  assert.match(refusal('extends: base\nguards: none') ?? '', /guards/)
})
