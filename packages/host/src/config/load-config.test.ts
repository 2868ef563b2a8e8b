import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Config } from '@codeforge/contracts/config'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { loadConfig } from './load-config.ts'
import type { Environment } from './environment.ts'

/** Loads a configuration file with these lines. */
async function load(text: string, environment: Environment = {}): Promise<Config> {
  await using folder = await temporaryDirectory()
  const file = join(folder.path, 'codeforge.yaml')
  await writeFile(file, text)
  return (await loadConfig(file, environment)).config
}

/** What the loader says when it refuses. */
async function refusal(loading: Promise<unknown>): Promise<string> {
  const error: unknown = await loading.then(() => assert.fail('it was accepted'), (reason: unknown) => reason)
  assert.ok(error instanceof CodeForgeError, String(error))
  assert.equal(error.code, 'invalid-config')
  return error.message
}

test('without settings everything has its default', async () => {
  assert.deepEqual(await load(''), Config.parse({}))
})

test('the file changes what it names, the environment wins over the file', async () => {
  const config = await load('server: { port: 1111, host: 127.0.0.2 }\nworker: { slots: 3 }', { CODEFORGE_SERVER_PORT: '2222' })
  const expected = Config.parse({ server: { port: 2222, host: '127.0.0.2' }, worker: { slots: 3 } })
  assert.deepEqual(config, expected)
})

test('an empty variable sets nothing', async () => {
  assert.equal((await load('server: { port: 1111 }', { CODEFORGE_SERVER_PORT: '' })).server.port, 1111)
})

test('CODEFORGE_PORT and CODEFORGE_HOST are short for the server\'s', async () => {
  const { server } = await load('', { CODEFORGE_PORT: '0', CODEFORGE_HOST: '127.0.0.2' })
  assert.deepEqual([server.port, server.host], [0, '127.0.0.2'])
})

test('text of the environment becomes numbers, switches, lists and tables', async () => {
  const config = await load('', {
    CODEFORGE_BUDGET_PER_DAY_USD: '2.5',
    CODEFORGE_DEMONSTRATION_ENABLED: 'false',
    CODEFORGE_WORKER_POOLS: '["default", "large"]',
    CODEFORGE_LLM_SCENARIOS: '{"think": "big-model"}',
  })
  const expected = Config.parse({
    budget: { perDayUsd: 2.5 }, demonstration: { enabled: false },
    worker: { pools: ['default', 'large'] }, llm: { scenarios: { think: 'big-model' } },
  })
  assert.deepEqual(config, expected)
})

for (const [lines, nearest] of [
  ['server: { prot: 1 }', "there is no setting 'server.prot'; did you mean 'server.port'?"],
  ['sever: { port: 1 }', "there is no setting 'sever'; did you mean 'server'?"],
  ['budget: { perdayUSD: 1 }', "there is no setting 'budget.perdayUSD'; did you mean 'budget.perDayUsd'?"],
] as const) {
  test(`refuses \`${lines}\` and names the nearest setting`, async () => {
    assert.ok((await refusal(load(lines))).endsWith(nearest))
  })
}

test('says nothing of a nearest setting where none is near', async () => {
  assert.ok((await refusal(load('completelyDifferentThing: 1'))).endsWith("there is no setting 'completelyDifferentThing'"))
})

test('refuses an unknown CODEFORGE_ variable and names the nearest one', async () => {
  assert.equal(
    await refusal(load('', { CODEFORGE_LLM_BASEURL: 'http://127.0.0.1/v1' })),
    'There is no environment variable CODEFORGE_LLM_BASEURL; did you mean CODEFORGE_LLM_BASE_URL?',
  )
})

for (const lines of ['server: { port: 70000 }', 'server: { port: abc }', 'server: { port: }', 'server: { port: true }', 'server: { port: [] }', 'server: { port: " " }']) {
  test(`refuses \`${lines}\` and names the setting and the file`, async () => {
    assert.match(await refusal(load(lines)), /codeforge\.yaml: server\.port: /)
  })
}

test('a wrong value of the environment is refused, its variable and setting named', async () => {
  assert.match(await refusal(load('server: { port: 1 }', { CODEFORGE_PORT: 'high' })), /^CODEFORGE_PORT: server\.port: /)
  assert.match(await refusal(load('', { CODEFORGE_WORKER_SLOTS: '-1' })), /^CODEFORGE_WORKER_SLOTS: worker\.slots: /)
})

test('names everything that is wrong at once', async () => {
  assert.match(await refusal(load('server: { prot: 1 }\nworker: { slots: -1 }')), /server\.prot.*worker\.slots: /)
})

test('a variable that begins like JSON and is none is refused by its name', async () => {
  assert.match(await refusal(load('', { CODEFORGE_WORKER_POOLS: '[default' })), /^CODEFORGE_WORKER_POOLS is no JSON: /)
})

test('a file that is no YAML, or no table, is refused', async () => {
  assert.match(await refusal(load('server: [')), /codeforge\.yaml: /)
  assert.match(await refusal(load('- server')), /must hold settings by name/)
})

test('a named file must exist, an unnamed one need not', async () => {
  await using folder = await temporaryDirectory()
  assert.match(await refusal(loadConfig(join(folder.path, 'absent.yaml'), {})), /absent\.yaml cannot be read/)
  assert.match(await refusal(loadConfig(undefined, { CODEFORGE_CONFIG: join(folder.path, 'absent.yaml') })), /absent\.yaml cannot be read/)
})

test('--config wins over CODEFORGE_CONFIG', async () => {
  await using folder = await temporaryDirectory()
  const [option, variable] = ['option.yaml', 'variable.yaml'].map((name) => join(folder.path, name)) as [string, string]
  await writeFile(option, 'worker: { slots: 5 }')
  await writeFile(variable, 'worker: { slots: 6 }')
  assert.equal((await loadConfig(option, { CODEFORGE_CONFIG: variable })).config.worker.slots, 5)
  assert.equal((await loadConfig(undefined, { CODEFORGE_CONFIG: variable })).config.worker.slots, 6)
})

test('secrets are references; one that is written out is refused and not repeated', async () => {
  const message = await refusal(load('llm: { apiKey: sk-very-secret }'))
  assert.match(message, /llm\.apiKey: /)
  assert.ok(!message.includes('sk-very-secret'))
  assert.deepEqual((await load('llm: { apiKey: { env: MY_KEY } }', { MY_KEY: 'sk-very-secret' })).llm.apiKey, { env: 'MY_KEY' })
})

test('a configuration in the folder where the command runs is never read', async () => {
  await using folder = await temporaryDirectory()
  const repository = join(folder.path, 'repository')
  await mkdir(join(repository, '.codeforge'), { recursive: true })
  for (const name of ['codeforge.yaml', '.codeforge.yaml', '.codeforge/codeforge.yaml', '.codeforge/config.yaml']) {
    await writeFile(join(repository, name), 'runs: { policy: anything-goes }')
  }
  const outside = await loadConfig(undefined, {})
  const before = process.cwd()
  try {
    process.chdir(repository)
    assert.deepEqual(await loadConfig(undefined, {}), outside)
  } finally {
    process.chdir(before)
  }
})
