import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import picomatch from 'picomatch'
import { protectedNames, wildcardHits } from './globs.ts'

const names = protectedNames(['**/.git/**', '**/.env*', '!**/.env.example', '**/*.pem', '**/id_*', '**/.npmrc', '**/credentials'])
const signs = fc.constantFrom('*', '?', '.', 'e', 'n', 'v', 'g', 'I', 'it', 'id_', 'pem', '.env', 'npmrc', '[a-z]', '[!x]', '{', ',', '}', '!', '(', ')', '+', '@', '-', 'x', '\\')

test('a wildcard hits the names that its expression matches, and no others', () => {
  fc.assert(fc.property(fc.array(signs, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')), (segment) => {
    const matches = picomatch(segment.toLowerCase(), { dot: /^(\*+\.|\?)/.test(segment) })
    const expected = /[*?[]/.test(segment) && !/^\*+$/.test(segment) && names.some((name) => matches(name))
    assert.equal(wildcardHits(segment, names), expected, segment)
    assert.equal(wildcardHits(`src/${segment}/a.ts`, names), expected, segment)
  }), { numRuns: 3000 })
})
