import { statfs } from 'node:fs/promises'
import { DetailedHealth } from '@codeforge/contracts/api'
import { adviceOf, CodeForgeError, errorCatalogue } from '@codeforge/contracts/error-code'
import { leftFacts } from '@codeforge/host/data/left-facts'
import { tryHostLock } from '@codeforge/host/data/host-lock'
import type { Installation } from '@codeforge/host/installation'
import { openCommonPorts, openModels, openSandboxes, openStore } from '@codeforge/host/open-ports'
import { sizeOf } from '@codeforge/host/retention'
import type { RunningHost } from '../api/connect.ts'
import { bytes, dollars, plural } from '../output/figures.ts'
import { fail, ok, warn } from './check.ts'
import type { Finding } from './check.ts'
import { commandName } from '../output/command-name.ts'

const lowDiskBytes = 500 * 1024 ** 2
const patienceMs = 15_000

/** Space on the disk and what the data directory takes of its quota. */
export async function checkDisk({ directory, config }: Installation): Promise<Finding[]> {
  const { bavail, bsize } = await statfs(directory.root)
  const free = bavail * bsize
  const used = await sizeOf(directory.root)
  const quota = config.storage.quotaGb * 1024 ** 3
  const share = `${directory.root}: ${bytes(used)} of ${bytes(quota)}`
  return [
    free > lowDiskBytes ? ok('disk', `${bytes(free)} free`) : fail('disk', `only ${bytes(free)} free`, `Free some space; ${commandName()} gc removes what is past its time.`),
    used < quota ? ok('data', share) : fail('data', `${share}, over its quota`, `Run ${commandName()} gc, or raise storage.quotaGb.`),
  ]
}

/** Whether core has all that workers of this data directory observed. */
export async function checkFacts({ directory }: Pick<Installation, 'directory'>): Promise<Finding> {
  const { attempts, spentMicroUsd } = await leftFacts(directory)
  if (attempts === 0) return ok('facts', 'core has all that was observed')
  const detail = `core has not taken all of ${plural(attempts, 'attempt')} yet, ${dollars(spentMicroUsd)} of cost included`
  return warn('facts', detail, `They are sent again while CodeForge runs on this data directory, at the latest every ten minutes, and where a worker starts there. If they stay, the log says what core fails at; ${directory.spool} keeps them.`)
}

/** Whether the database opens. A host that runs is asked; otherwise it is opened for a moment, under the lock and without migrating. */
export async function checkStore(installation: Installation, running: RunningHost | null): Promise<Finding> {
  return guarded('store', async () => {
    if (running) {
      const { store } = await running.client.get('/health', DetailedHealth)
      return ok('store', `${store.engine}, ${bytes(store.sizeBytes)}; ${running.pid === null ? running.client.url : `process ${running.pid}`} serves it`)
    }
    await using lock = tryHostLock(installation.directory)
    if (!lock) return warn('store', 'another CodeForge process holds it and is starting or stopping', 'Try again in a moment.')
    await using store = await openStore(installation)
    const { engine, sizeBytes } = await store.status()
    return ok('store', `${engine}, ${bytes(sizeBytes)}`)
  })
}

/** Whether the queue answers. */
export async function checkQueue(installation: Installation): Promise<Finding> {
  if (installation.config.queue.adapter === 'in-process') return ok('queue', 'in process')
  return guarded('queue', async () => {
    await using stack = new AsyncDisposableStack()
    const { queue } = await openCommonPorts(installation, { log: 'file', identity: 'core', patient: null }, stack)
    return (await queue.status()).connected ? ok('queue', 'NATS JetStream, connected') : fail('queue', 'NATS is not connected', `Check ${installation.config.queue.url.env} and that the nats-server runs with JetStream (-js).`)
  })
}

/** Whether the model endpoint answers, takes the key and has the model. */
export async function checkModel(installation: Installation): Promise<Finding> {
  const { llm } = installation.config
  if (llm.baseUrl === null) return warn('model', 'no endpoint is configured: only the demonstration runs', errorCatalogue['llm-not-configured'].help)
  return guarded('model', async () => {
    await using stack = new AsyncDisposableStack()
    const endpoint = (await openModels(installation, stack))['openai-compatible']
    const models = await endpoint?.models(AbortSignal.timeout(patienceMs)) ?? []
    if (models.length === 0) return warn('model', `${llm.baseUrl} answers, but lists no model`, 'Name one with CODEFORGE_LLM_MODEL.')
    if (llm.model === null) return ok('model', `${models[0]}, the first that ${llm.baseUrl} lists; CODEFORGE_LLM_MODEL chooses another`)
    // An endpoint may serve a model that it does not list, so this is no failure.
    if (!models.includes(llm.model)) return warn('model', `${llm.baseUrl} answers, but does not list ${llm.model}`, `It lists ${models.slice(0, 8).join(', ')}.`)
    return ok('model', `${llm.model} at ${llm.baseUrl}`)
  })
}

/** Which sandboxes work here. Having none that enforces is a failure: the default profile demands one. */
export async function checkSandboxes(installation: Installation): Promise<Finding[]> {
  await using stack = new AsyncDisposableStack()
  const sandboxes = await openSandboxes(installation, stack)
  const findings: (Finding & { readonly enforces: boolean })[] = []
  for (const { name, engine } of sandboxes) {
    const problem = await engine.check(AbortSignal.timeout(patienceMs)).catch((error: unknown) => (error as Error).message)
    const title = `sandbox ${name}`
    const found = problem === null ? ok(title, engine.enforces ? 'works' : 'works, but enforces nothing: analysis only') : warn(title, problem, 'Another one may do.')
    findings.push({ ...found, enforces: problem === null && engine.enforces })
  }
  const plain = findings.map(({ enforces: _, ...finding }): Finding => finding)
  if (findings.some(({ enforces }) => enforces)) return plain
  return [...plain, fail('sandbox', 'none that enforces files and network works here', errorCatalogue['sandbox-unavailable'].help)]
}

async function guarded(name: string, check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check()
  } catch (error) {
    if (error instanceof CodeForgeError) return fail(name, error.message, adviceOf(error.code))
    return fail(name, (error as Error).message, errorCatalogue.internal.help)
  }
}
