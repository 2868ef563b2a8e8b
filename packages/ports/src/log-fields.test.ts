import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { safeFields } from './log-fields.ts'

test('fields that are named like a secret are hidden, at any depth; counts of tokens are not', () => {
  const hidden = ['password', 'apiKey', 'api_key', 'x-api-key', 'Authorization', 'token', 'accessToken', 'refresh_token', 'clientSecret', 'db.password', 'cookie', 'Set-Cookie', 'secret', 'credentials', 'privateKey']
  const shown = ['promptTokens', 'tokens', 'tokenCount', 'keyboard', 'passed', 'runId', 'author', 'cookieCount', 'code']
  const fields = Object.fromEntries([...hidden, ...shown].map((name) => [name, 'value']))
  const { deep } = safeFields({ deep: { list: [fields] } }) as { deep: { list: [Record<string, string>] } }
  assert.deepEqual(Object.keys(deep.list[0]).filter((name) => deep.list[0][name] === '***'), hidden)
})

test('whatever the fields are, they become JSON', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withNullPrototype: true })), (fields) => {
      JSON.stringify(safeFields(fields))
    }),
  )
})
