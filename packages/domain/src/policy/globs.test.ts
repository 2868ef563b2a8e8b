import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import picomatch from 'picomatch'
import { protectedNames, wildcardHits } from './globs.ts'

const names = protectedNames(['**/.git/**', '**/.env*', '!**/.env.example', '**/*.pem', '**/id_*', '**/.npmrc', '**/credentials'])
const signs = fc.constantFrom('*', '?', '.', 'e', 'n', 'v', 'g', 'I', 'it', 'id_', 'pem', '.env', 'npmrc', '[a-z]', '[!x]', '{', ',', '}', '!', '(', ')', '+', '@', '-', 'x', '\\')

test('a wildcard hits the names that its expression matches, and no others', () => {
  fc.assert(fc.property(fc.array(signs, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')), (segment) => {
    const matches = picomatch(segment.toLowerCase().replaceAll('[!', '[^'), { dot: /^(\*+\.|\?)/.test(segment), posix: true })
    const expected = /[*?[]/.test(segment) && !/^\*+$/.test(segment) && names.some((name) => matches(name))
    assert.equal(wildcardHits(segment, names), expected, segment)
    assert.equal(wildcardHits(`src/${segment}/a.ts`, names), expected, segment)
  }), { numRuns: 3000 })
})

test('a set that is negated, and a class of signs, stand for what a name has in their place', () => {
  assert.deepEqual(['.[!x]nv', '.e[!x]v', '.[^x]nv', '.[[:alpha:]]nv', '.[!.]*', '.[!e]nv', '.[^e]nv'].map((segment) => wildcardHits(segment, ['.env'])), [true, true, true, true, true, false, false])
})
