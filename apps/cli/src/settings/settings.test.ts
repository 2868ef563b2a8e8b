import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { shipped } from '@codeforge/host/shipped'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { parse } from 'yaml'
import { commentedOut } from './commented-out.ts'
import { readSettings } from './read-settings.ts'

test('the file that init writes sets nothing and keeps every line', async () => {
  const example = await readFile(join(shipped.root, 'codeforge.yaml.example'), 'utf8')
  const written = commentedOut(example)
  assert.equal(parse(written), null)
  assert.equal(written.split('\n').length, example.split('\n').length)
})

test('each value is told with where it comes from, and a secret only by its variable', async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'codeforge.yaml')
  await writeFile(file, 'server: { port: 1234 }\nllm: { model: from-file, apiKey: { env: MY_KEY } }\n')
  const { settings } = await readSettings(file, { CODEFORGE_LLM_MODEL: 'from-environment', MY_KEY: 'hush' })
  const found = new Map(settings.map(({ name, value, source }) => [name, [value, source]]))
  assert.deepEqual(['server.port', 'llm.model', 'llm.apiKey', 'worker.slots', 'llm.baseUrl'].map((name) => found.get(name)), [
    ['1234', 'file'], ['from-environment', 'environment'], ['$MY_KEY (set)', 'file'], ['2', 'default'], ['null', 'default'],
  ])
  assert.doesNotMatch(JSON.stringify(settings), /hush/)
})
