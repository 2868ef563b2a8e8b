import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asSed } from './perl-script.ts'
import { known } from './words.ts'

const sed = (...args: string[]) => asSed(args.map((arg) => known(arg, arg, /[*?]/.test(arg))))?.map(({ value }) => value) ?? null

test('a script that replaces text or chooses lines does no more than sed', () => {
  assert.deepEqual(sed('-pi', '-e', 's/foo/bar/g', 'src/a.ts'), ['-i', 'p', '--', 'src/a.ts'])
  assert.deepEqual(sed('-i', '-pe', 's/(a)\\b/$1x/; s|c|d|', 'src/*.ts'), ['-i', 'p', '--', 'src/*.ts'])
  assert.deepEqual(sed('-ne', 'print if /export/', 'a'), ['p', '--', 'a'])
  assert.deepEqual(sed('-0777', '-i.bak', '-pe', 's/a\\nb$/c/gs', 'a'), ['-i', 'p', '--', 'a'])
})

test('whatever else a script says is code', () => {
  for (const script of ['s/x/`id`/e', 's/x/@{[`id`]}/', 's/(x)/$1[`id`]/', 's/(?{`id`})x//', 's/x/$h{`id`}/', 's/$x[`id`]//', 'print `id`', 'print if `id`', 's/a/b/; system "id"', 's/a/b/ee', 'BEGIN { system "id" }', 's{a}{b}e', 'print if /a/; `id`']) {
    assert.equal(sed('-pe', script, 'a'), null, script)
  }
})

test('a name that Perl would run, and options with code, are not taken for plain ones', () => {
  for (const args of [['-pe', 's/a/b/', 'id|'], ['-pe', 's/a/b/', '|id'], ['-pe', 's/a/b/', '*'], ['-Mx', '-pe', 's/a/b/', 'a'], ['-e', 's/a/b/', 'a'], ['-pe', 's/a/b/', '-e', 'system "id"'], ['-pie', 's/a/b/', 'a'], ['-ple', 's/a/b/', '-i', 'a']]) {
    assert.equal(sed(...args), null, args.join(' '))
  }
})
