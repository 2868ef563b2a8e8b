import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Config } from '@codeforge/contracts/config'
import { readSecrets } from './secrets.ts'

test('a secret comes from the variable that the configuration names, and is masked', () => {
  const config = Config.parse({ llm: { apiKey: { env: 'MY_KEY' } } })
  const secrets = readSecrets(config, { MY_KEY: 'sk-very-secret', CODEFORGE_LLM_API_KEY: 'not-this-one' })
  const secret = secrets.read(config.llm.apiKey)
  assert.equal(secret?.reveal(), 'sk-very-secret')
  assert.ok(!JSON.stringify({ secret }).includes('very'))
  assert.ok(!`${String(secret)}`.includes('very'))
  assert.ok(!secrets.redactor.redact('the key is sk-very-secret').includes('very'))
})

test('a variable that is absent or empty holds no secret', () => {
  const config = Config.parse({})
  assert.equal(readSecrets(config, {}).read(config.git.token), null)
  assert.equal(readSecrets(config, { GIT_TOKEN: '' }).read(config.git.token), null)
})

test('workers get secrets by scope, and only the scopes there are', () => {
  const secrets = readSecrets(Config.parse({}), { GIT_TOKEN: 'token', CODEFORGE_LLM_API_KEY: 'key' })
  assert.deepEqual([secrets.byScope('git'), secrets.byScope('llm'), secrets.byScope('')], ['token', null, null])
})
