import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { Redactor, Secret } from './secret.ts'

test('a secret prints as stars, whatever prints it', () => {
  const secret = new Secret('hunter22')
  const printed = [String(secret), `${secret}`, JSON.stringify({ secret }), inspect(secret), inspect({ deep: [secret] }, { showHidden: true, customInspect: false }), Object.values(secret).join()]
  assert.doesNotMatch(printed.join('\n'), /hunter22/)
  assert.deepEqual(printed.slice(0, 4), ['***', '***', '{"secret":"***"}', '***'])
  assert.equal(secret.reveal(), 'hunter22')
})

test('takes secrets out as they are, inside JSON, and inside a URL', () => {
  const redactor = new Redactor([new Secret('p"ss wörd/1')])
  assert.equal(redactor.redact(`plain p"ss wörd/1, ${JSON.stringify({ key: 'p"ss wörd/1' })}, ?k=${encodeURIComponent('p"ss wörd/1')}`), 'plain ***, {"key":"***"}, ?k=***')
})

test('takes out the longer secret first, and leaves short values alone', () => {
  const redactor = new Redactor()
  redactor.add(new Secret('secret'), new Secret('secret-and-more'), new Secret('a'))
  assert.equal(redactor.redact('secret-and-more, secret, a'), '***, ***, a')
})

test('no known secret is left in any text', () => {
  const secret = fc.string({ minLength: 6, unit: 'binary' })
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.string(), (values, around) => {
      const redactor = new Redactor(values.map((value) => new Secret(value)))
      const text = redactor.redact(around + values.join(around) + around)
      // A secret of stars, or one that the stars complete, cannot be told from what replaced it.
      for (const value of values.filter((each) => !each.includes('*'))) assert.ok(!text.includes(value))
    }),
  )
})

test('takes secrets out of base64 and hexadecimal, wherever they stand in what was encoded', () => {
  const redactor = new Redactor([new Secret('correct-horse-battery')])
  fc.assert(fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (before, after) => {
    const bytes = Buffer.from(`${before}correct-horse-battery${after}`)
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      const masked = redactor.redact(bytes.toString(encoding))
      assert.ok(!Buffer.from(masked.replaceAll('*', ''), encoding).includes('horse'), encoding)
      assert.ok(masked.includes('***'))
    }
  }))
})

test('a secret that comes in pieces is held back until it is whole', () => {
  const redactor = new Redactor([new Secret('hunter22'), new Secret('longer-secret')])
  assert.equal(redactor.openEnd('say hunt'), 4)
  assert.equal(redactor.openEnd('say hunter22'), 0)
  assert.equal(redactor.openEnd('longer-secre'), 12)
  assert.equal(redactor.openEnd(''), 0)
  assert.equal(new Redactor().openEnd('anything'), 0)
})
