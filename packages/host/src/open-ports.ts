import '@codeforge/adapters/all'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { NamedSandbox } from '@codeforge/agent/run/agent-ports'
import { artifactStores } from '@codeforge/ports/artifact-store'
import { clocks } from '@codeforge/ports/clock'
import type { Clock } from '@codeforge/ports/clock'
import { idSources } from '@codeforge/ports/ids'
import { embeddingModels } from '@codeforge/ports/embeddings'
import { llms } from '@codeforge/ports/llm'
import type { Llm } from '@codeforge/ports/llm'
import { logs } from '@codeforge/ports/log'
import type { Log } from '@codeforge/ports/log'
import { queues } from '@codeforge/ports/queue'
import type { Queue } from '@codeforge/ports/queue'
import { sandboxes } from '@codeforge/ports/sandbox'
import { stores } from '@codeforge/ports/store/store'
import type { Store } from '@codeforge/ports/store/store'
import { vcsAdapters } from '@codeforge/ports/vcs'
import { vectorIndexes } from '@codeforge/ports/vector-index'
import type { Installation } from './installation.ts'
import { shipped } from './shipped.ts'

for (const registry of [artifactStores, clocks, embeddingModels, idSources, llms, logs, queues, sandboxes, stores, vcsAdapters, vectorIndexes]) registry.seal()

/** Where the log goes: a file of the data directory, or standard error. */
export type LogTarget = 'file' | 'stderr'

/** Ports that every process of CodeForge opens. `patient`: a queue that is away is waited for until the signal; null: not at all. */
export async function openCommonPorts(
  { config, directory, secrets }: Installation, role: { readonly log: LogTarget; readonly identity: 'core' | 'worker'; readonly patient: AbortSignal | null }, stack: AsyncDisposableStack,
) {
  const file = role.log === 'file' ? { file: join(directory.logs, 'codeforge.log') } : {}
  const log = stack.use(await logs.open('pino', { level: config.log.level, redactor: secrets.redactor, ...file }))
  const clock = stack.use(await clocks.open('system', {}))
  const ids = stack.use(await idSources.open('uuid-v7', {}))
  const artifacts = stack.use(await artifactStores.open('files', { directory: config.artifacts.directory ?? directory.artifacts }))
  const queue = stack.use(await onceThere(() => openQueue({ config, secrets }, role.identity), { clock, log }, role.patient))
  return { log, clock, ids, artifacts, queue }
}

/** Milliseconds that a start waits for a queue that is away, as at a restart of the machine, and between two tries. */
const [queuePatienceMs, queueRetryMs] = [60_000, 1_000]

/** A queue that does not answer yet is tried again; an address that is wrong is told after a minute. */
async function onceThere<Result>(open: () => Promise<Result>, { clock, log }: { readonly clock: Clock; readonly log: Log }, signal: AbortSignal | null): Promise<Result> {
  const started = performance.now()
  for (let tries = 1; ; tries += 1) {
    try {
      return await open()
    } catch (error) {
      const away = error instanceof CodeForgeError && error.code === 'queue-unavailable'
      if (!away || signal === null || performance.now() - started > queuePatienceMs) throw error
      if (tries === 1) log.warn(`the queue does not answer; it is tried for ${queuePatienceMs / 1000} s`, { error })
      await clock.sleep(queueRetryMs, signal).catch(() => { throw error })
    }
  }
}

async function openQueue({ config, secrets }: Pick<Installation, 'config' | 'secrets'>, identity: 'core' | 'worker'): Promise<Queue & AsyncDisposable> {
  if (config.queue.adapter === 'in-process') return queues.open('in-process', {})
  const address = secrets.read(config.queue.url)
  if (!address) throw new CodeForgeError('invalid-config', `queue.adapter is nats, but ${config.queue.url.env} is not set.`)
  if (!URL.canParse(address.reveal())) throw new CodeForgeError('invalid-config', `${config.queue.url.env} is no address of a nats-server, such as nats://127.0.0.1:4222.`)
  return queues.open('nats', { ...natsAddress(new URL(address.reveal())), identity, inboxPrefix: `_INBOX_${identity.toUpperCase()}`, leaseMs: config.runs.leaseSeconds * 1000 })
}

/** Credentials in a URL become options, so that no address with them is ever printed. */
function natsAddress(url: URL): Record<string, unknown> {
  const { username, password } = url
  url.username = ''
  url.password = ''
  const servers = [url.href.replace(/\/$/, '')]
  if (username === '') return { servers }
  const login = password === ''
    ? { kind: 'token', token: decodeURIComponent(username) }
    : { kind: 'password', user: decodeURIComponent(username), password: decodeURIComponent(password) }
  return { servers, login }
}

export async function openStore({ config, directory, secrets }: Installation): Promise<Store & AsyncDisposable> {
  const { poolSize } = config.store
  if (config.store.adapter === 'embedded-postgres') return stores.open('embedded-postgres', { directory: directory.database, poolSize })
  const url = secrets.read(config.store.url)
  if (!url) throw new CodeForgeError('invalid-config', `store.adapter is postgres, but ${config.store.url.env} is not set.`)
  return stores.open('postgres', { url: url.reveal(), poolSize })
}

/** Models by adapter: the configured endpoint, and the recorded conversations of the demonstration. */
export async function openModels({ config, secrets }: Installation, stack: AsyncDisposableStack): Promise<{ readonly 'openai-compatible'?: Llm; readonly scripted: Llm }> {
  const scripted = stack.use(await llms.open('scripted', { directory: shipped.scripts }))
  const endpoint = await openEndpoint({ config, secrets }, stack)
  return endpoint === null ? { scripted } : { 'openai-compatible': endpoint, scripted }
}

/** The configured model endpoint; null where none is configured. */
export async function openEndpoint({ config, secrets }: Pick<Installation, 'config' | 'secrets'>, stack: AsyncDisposableStack): Promise<Llm | null> {
  if (config.llm.baseUrl === null) return null
  const apiKey = secrets.read(config.llm.apiKey)
  const idleTimeoutMs = config.llm.idleSeconds * 1000
  return stack.use(await llms.open('openai-compatible', {
    baseUrl: config.llm.baseUrl, ...(apiKey && { apiKey }), promptCache: config.llm.promptCache, idleTimeoutMs, firstByteTimeoutMs: idleTimeoutMs,
  }))
}

/** The strongest first. */
const byStrength = ['bubblewrap', 'unshare', 'mount'] as const

/** The sandboxes that the configuration allows. */
export async function openSandboxes({ config, directory, environment }: Installation, stack: AsyncDisposableStack): Promise<NamedSandbox[]> {
  const wanted = config.sandbox.adapter === 'auto' ? byStrength : [config.sandbox.adapter]
  const installation = createHash('sha256').update(directory.root).digest('hex').slice(0, 16)
  const options = { installation, searchPath: environment['PATH'] ?? '' }
  return Promise.all(wanted.map(async (name) => ({ name, engine: stack.use(await sandboxes.open(name, options)) })))
}

export async function openVcs({ config, directory, secrets, environment }: Installation, stack: AsyncDisposableStack) {
  const token = secrets.read(config.git.token)
  return stack.use(await vcsAdapters.open('git', {
    dataDirectory: directory.repositories, maxConcurrent: config.git.maxConcurrent, keepUnreachableSeconds: Math.round(config.storage.keepUnreferencedHours * 3600),
    warmTrees: config.git.warmTrees, maxWarmBytes: Math.floor(config.git.warmGb * 1e9), overlay: config.git.overlay,
    environment, searchPath: environment['PATH'], ...(token && { credentials: async () => ({ username: 'x-access-token', password: token.reveal() }), credentialHosts: config.git.tokenHosts }),
  }))
}
