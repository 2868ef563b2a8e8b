import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { CommandPattern } from '@codeforge/contracts/policy-profile'
import fc from 'fast-check'
import { compileCommand, nameOf } from './command-pattern.ts'

type Word = SimpleCommand['args'][number]

const word = (value: string | null, prefix = value ?? ''): Word => ({ source: value ?? '$x', value, prefix, suffix: '', glob: false })
const command = (program: string, args: readonly Word[], spelled = program): SimpleCommand => ({
  source: spelled, program, listed: true, spelled, args: [...args], wrappers: [], assignments: [], directory: '.', paths: [], inert: false, effects: [],
})
const fits = (pattern: Parameters<typeof CommandPattern.parse>[0], subject: SimpleCommand): boolean => {
  const { program, words } = compileCommand(CommandPattern.parse(pattern))
  return program(nameOf(subject)) && words(subject)
}
const words = fc.array(fc.constantFrom('-f', '--force', 'push', 'origin', 'main', '-v', '').map((text) => word(text)), { maxLength: 5 })

test('what a pattern lacks rules out a command wherever the word stands, and so does a word that may be one', () => {
  const pattern = { program: 'git', args: ['push'], lacks: ['--force', '-f'] }
  assert.deepEqual([
    fits(pattern, command('git', [word('push'), word('main')])),
    fits(pattern, command('git', [word('push'), word('main'), word('-f')])),
    fits(pattern, command('git', [word('push'), word(null)])),
    fits(pattern, command('git', [word('push'), word(null, '--fo')])),
    fits(pattern, command('git', [word('push'), word(null, 'feature/')])),
  ], [true, false, false, false, true])
})

test('only lets pass nothing but what it lists, at least one word, and no word that is not known or is a wildcard', () => {
  const pattern = { program: 'git', only: ['stat*', '-s'] }
  assert.deepEqual([
    fits(pattern, command('git', [word('status'), word('-s')])), fits(pattern, command('git', [word('status'), word('-v')])), fits(pattern, command('git', [])),
    fits(pattern, command('git', [word(null, 'stat')])), fits(pattern, command('git', [{ ...word('stat*'), glob: true }])),
  ], [true, false, false, false, false])
})

test('a program that is named by a path of the project is that path, not the program of its name', () => {
  assert.deepEqual([fits({ program: 'git' }, command('git', [], './git')), fits({ program: 'git' }, command('git', [], '/usr/bin/git')), fits({ program: './git' }, command('git', [], './git'))], [false, true, true])
})

test('lacking more, or only fewer, never makes a pattern fit what it did not fit', () => {
  const list = fc.array(fc.constantFrom('-f', '--force', 'push', 'origin', '-*'), { minLength: 1, maxLength: 3 })
  fc.assert(fc.property(words, list, list, (args, some, more) => {
    const subject = command('git', args)
    if (fits({ program: 'git', lacks: [...some, ...more] }, subject)) assert.ok(fits({ program: 'git', lacks: some }, subject))
    if (fits({ program: 'git', only: some }, subject)) assert.ok(fits({ program: 'git', only: [...some, ...more] }, subject))
  }))
})
