import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { detectSecrets, maskDetected, mayHoldSecret } from './detect-secrets.ts'

// Put together here, so that no file of ours holds anything that looks like a secret.
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
const samples = {
  github: `ghp_${letters}`,
  npm: `npm_${letters}`,
  slack: ['xoxb', '123456789012', '1234567890123', letters.slice(0, 24)].join('-'),
  'database-connection-string': `postgres://user:${'hunter'}22@db.example.com/x`,
}

for (const [kind, value] of Object.entries(samples)) {
  test(`finds what ${kind} gives out, and leaves the rest of the text`, async () => {
    assert.equal(await maskDetected(`before\nvalue ${value}\nafter`), 'before\nvalue ***\nafter')
    assert.deepEqual((await detectSecrets(`x ${value} y`)).map((found) => found.kind), [kind])
  })
}

test('a private key is masked', async () => {
  const body = Array.from({ length: 3 }, () => 'MIIEpAIBAAKCAQEA7bq0Zx'.repeat(3)).join('\n')
  const key = ['-----BEGIN RSA PRIVATE', ' KEY-----\n', body, '\n-----END RSA PRIVATE', ' KEY-----'].join('')
  assert.doesNotMatch(await maskDetected(`key:\n${key}\nend`), /MIIEpAIBAAKCAQEA/)
})

test('hashes, paths, identifiers and numbers are left as they are', async () => {
  const text = [
    'commit 3f786850e387550fdab836ed7e6dc881de23001b', '0192d4a0-7e3b-7c11-8a58-2f6d5b8c9e10', 'packages/agent/src/secrets/detect-secrets.test.ts',
    'const aVeryLongIdentifierWithNumber2InIt = createTheThingThatHasALongName()', 'sha512-Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4', '1234567890123456789012345678901234567890',
  ].join('\n')
  assert.equal(await maskDetected(text), text)
})

test('a secret across the border of two pieces of a long text is found', async () => {
  const filler = 'word '.repeat(39_990)
  assert.equal((await maskDetected(`${filler}${samples.github} end`)).endsWith(' *** end'), true)
})

test('a text is looked at closely where one of its long runs is mixed, wherever that stands', () => {
  const runs = (text: string): readonly string[] => text.match(/[A-Za-z0-9_=-]{20,}/g) ?? []
  const mixed = (text: string): boolean => runs(text).some((run) => /\d/.test(run) && /[G-Zg-z]/.test(run) && /[A-Z_-]/.test(run))
  const character = fc.constantFrom('a', 'z', 'Z', '0', '9', '-', '_', ' ', '\n', 'é')
  const word = fc.oneof(fc.string({ unit: character, maxLength: 45 }), fc.string({ unit: fc.constantFrom('x', 'Y', '1'), minLength: 18, maxLength: 42 }))
  const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '))
  fc.assert(fc.property(text, (given) => { assert.equal(mayHoldSecret(given), mixed(given)) }), { numRuns: 3000 })
})

test('other work goes on while a long text is looked through', async () => {
  let turns = 0
  const counting = setInterval(() => { turns += 1 }, 0)
  await maskDetected(`${samples.github}\n${'a line of words and 12 numbers\n'.repeat(50_000)}`)
  clearInterval(counting)
  assert.ok(turns >= 5, String(turns))
})

test('whatever the text, it does not fail', async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => { await maskDetected(text) }), { numRuns: 50 })
})
