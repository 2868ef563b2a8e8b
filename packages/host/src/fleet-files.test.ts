import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Config } from '@codeforge/contracts/config'
import { validate } from 'dockerfile-utils'
import { parse } from 'yaml'
import { z } from 'zod'
import { environmentSettings } from './config/environment-settings.ts'
import { shipped } from './shipped.ts'

const inCheckout = (path: string): string => join(shipped.root, path)

/** What we use of the Compose specification, and nothing else: a misspelt key fails. */
const Service = z.strictObject({
  image: z.string().optional(),
  build: z.strictObject({ context: z.literal('.'), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  restart: z.literal('unless-stopped'),
  init: z.boolean().optional(),
  stop_grace_period: z.string().regex(/^\d+s$/).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).default({}),
  ports: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).optional(),
  logging: z.strictObject({ driver: z.literal('json-file'), options: z.strictObject({ 'max-size': z.string(), 'max-file': z.string() }) }),
  healthcheck: z.strictObject({
    test: z.array(z.string()).min(2), interval: z.string(), timeout: z.string(), retries: z.int(), start_period: z.string().optional(),
  }).optional(),
}).refine(({ image, build }) => (image === undefined) !== (build === undefined), 'image or build')
const ComposeFile = z.looseObject({ services: z.record(z.string(), Service), volumes: z.record(z.string(), z.null()) })

const compose = ComposeFile.parse(parse(await readFile(inCheckout('docker-compose.yml'), 'utf8'), { merge: true }))
const services = Object.entries(compose.services)

/** What the container sees when .env sets nothing but what it must. */
function interpolated(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) =>
    [name, value.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, __, operator, rest: string) => (operator === '-' ? rest : 'value'))]))
}

function configOf(service: string): Config {
  return Config.parse(environmentSettings(interpolated(compose.services[service]!.environment)))
}

describe('docker-compose.yml', () => {
  test('has the services of a fleet', () => {
    assert.deepEqual(Object.keys(compose.services).sort(), ['core', 'litellm', 'nats', 'postgres', 'worker'])
  })

  test('publishes the port of core alone, on loopback', () => {
    assert.deepEqual(services.flatMap(([name, { ports }]) => ports.map((port) => `${name} ${port}`)), ['core 127.0.0.1:4747:4747'])
  })

  test('watches the health of everything that serves', () => {
    assert.deepEqual(services.filter(([, { healthcheck }]) => !healthcheck).map(([name]) => name), ['worker'])
  })

  test('waits only for services that there are and whose health is watched', () => {
    for (const wanted of services.flatMap(([, { depends_on }]) => Object.keys(depends_on))) assert.ok(compose.services[wanted]?.healthcheck, wanted)
  })

  test('mounts volumes that are declared and files that exist, and declares none in vain', () => {
    const sources = services.flatMap(([, { volumes }]) => volumes.map((volume) => volume.split(':')[0]!))
    for (const file of sources.filter((source) => source.startsWith('.'))) assert.ok(existsSync(inCheckout(file)), file)
    assert.deepEqual([...new Set(sources.filter((source) => !source.startsWith('.')))].sort(), Object.keys(compose.volumes).sort())
  })

  test('holds no secret', () => {
    const secrets = services.flatMap(([, { environment }]) => Object.entries(environment)).filter(([name]) => /PASSWORD|KEY|TOKEN/.test(name))
    assert.ok(secrets.length >= 5)
    for (const [name, value] of secrets) assert.match(value, /^\$\{\w+(:[?-][^}]*)?\}$/, name)
  })

  test('gives core the store, the queue and no work of its own', () => {
    const config = configOf('core')
    assert.deepEqual(
      [config.store.adapter, config.queue.adapter, config.worker.slots, config.server.host, config.server.port, config.server.allowedHosts],
      ['postgres', 'nats', 0, '0.0.0.0', 4747, ['core']],
    )
  })

  test('gives a worker the queue under its own identity and no way to the database', () => {
    const { environment } = compose.services['worker']!
    const config = configOf('worker')
    assert.deepEqual([config.queue.adapter, config.worker.slots, new URL(environment['NATS_URL']!).username], ['nats', 2, 'worker'])
    assert.ok(!JSON.stringify(environment).includes('postgres'))
  })

  test('gives core and workers the same models and the same artifacts', () => {
    const shared = (service: string) => (({ llm, artifacts }: Config) => ({ llm, artifacts }))(configOf(service))
    assert.deepEqual(shared('worker'), shared('core'))
  })

  test('passes nats-server the passwords that its configuration reads', async () => {
    const configuration = await readFile(inCheckout('deploy/nats/nats.conf.example'), 'utf8')
    const read = configuration.match(/(?<=password: \$)\w+/g)
    assert.deepEqual(read?.sort(), Object.keys(compose.services['nats']!.environment).sort())
  })
})

test('the LiteLLM example offers the model that docker-compose.yml names, and leaves keys to the environment', async () => {
  const Example = z.looseObject({ model_list: z.array(z.strictObject({
    model_name: z.string(), litellm_params: z.strictObject({ model: z.string(), api_key: z.string().startsWith('os.environ/') }),
  })) })
  const example = Example.parse(parse(await readFile(inCheckout('deploy/litellm/config.yaml.example'), 'utf8')))
  assert.ok(example.model_list.some(({ model_name }) => model_name === configOf('core').llm.model))
})

for (const [, { build }] of services.filter(([, service]) => service.build)) {
  const file = build!.dockerfile

  describe(file, async () => {
    const text = await readFile(inCheckout(file), 'utf8')
    const instructions = text.replaceAll('\\\n', ' ').split('\n').filter((line) => /^[A-Z]+ /.test(line))
    const last = (keyword: string): string => instructions.findLast((line) => line.startsWith(`${keyword} `)) ?? ''

    test('is well formed', () => {
      assert.deepEqual(validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`), [])
    })

    test('ends as an ordinary user and starts a file that exists', () => {
      assert.equal(last('USER'), 'USER node')
      const [program, script] = JSON.parse(last('CMD').slice('CMD '.length)) as string[]
      assert.equal(program, 'node')
      assert.ok(existsSync(inCheckout(script!)), script)
    })

    test('sets only variables that CodeForge knows', () => {
      const set = last('ENV').slice('ENV '.length).split(' ').map((pair) => pair.split('=') as [string, string])
      assert.doesNotThrow(() => environmentSettings(Object.fromEntries(set)))
    })
  })
}

test('the images bring the pnpm that the lockfile was made with', async () => {
  const [, wanted] = /PNPM_VERSION = '(.+)'/.exec(await readFile(inCheckout('scripts/lib/toolchain.mjs'), 'utf8'))!
  for (const [, { build }] of services.filter(([, service]) => service.build)) {
    const pinned = (await readFile(inCheckout(build!.dockerfile), 'utf8')).match(/(?<=pnpm@)[\d.]+/g)
    assert.deepEqual([...new Set(pinned)], [wanted])
  }
})
