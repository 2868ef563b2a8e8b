import { mkdir } from 'node:fs/promises'
import type { Config } from '@codeforge/contracts/config'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { defaultTenant } from '@codeforge/contracts/ids'
import type { RunId } from '@codeforge/contracts/ids'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { loadConfig } from './config/load-config.ts'
import type { Environment } from './config/load-config.ts'
import { dataDirectoryOf } from './config/directories.ts'
import { readSecrets } from './config/secrets.ts'
import { openCore } from './core-process.ts'
import type { CoreProcess } from './core-process.ts'
import { openDataDirectory, readToken } from './data/data-directory.ts'
import type { DataDirectory } from './data/data-directory.ts'
import { startDemonstration } from './demonstration.ts'
import { tryHostLock } from './data/host-lock.ts'
import { startNotifier } from './notify.ts'
import { openCommonPorts, openVcs } from './open-ports.ts'
import type { LogTarget } from './open-ports.ts'
import { collectGarbage, startRetention } from './retention.ts'
import type { Collected } from './retention.ts'
import { readVersion } from './shipped.ts'
import { openWorker } from './worker-process.ts'

export interface HostOptions {
  readonly environment: Environment
  readonly configFile?: string
  readonly dataDirectory?: string
  /** Instead of the configured port; 0 takes any free one. */
  readonly port?: number
  readonly log: LogTarget
}

/** One process that is core, worker or both, on one data directory. */
export interface Host extends AsyncDisposable {
  readonly url: string
  readonly token: string
  readonly config: Config
  readonly directory: DataDirectory
  readonly process: CoreProcess
  /** A link that signs one browser in, once. */
  loginUrl(): string
  /** Name of the sandbox in which runs of the default kind work; null where this host has no worker. */
  readonly sandbox: string | null
  /** Runs that have not ended. */
  unfinished(): Promise<number>
  collect(signal: AbortSignal): Promise<Collected>
  /** Shows a run on the sample repository, once per data directory; null where it was shown already or is switched off. */
  demonstrate(signal: AbortSignal): Promise<RunId | null>
}

/** Becomes the host of a data directory: store, queue, core and worker in this process. Null where another process is the host. */
export async function openHost(options: HostOptions): Promise<Host | null> {
  const directory = await openDataDirectory(dataDirectoryOf(options.dataDirectory, options.environment))
  const { config } = await loadConfig(options.configFile, options.environment)
  const lock = tryHostLock(directory)
  if (!lock) return null
  await using stack = new AsyncDisposableStack()
  stack.use(lock)
  const host = await startHost(options, config, directory, stack)
  await lock.publish({ pid: process.pid, url: host.url, version: readVersion(), startedAt: new Date().toISOString() })
  const owned = stack.move()
  return { ...host, [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}

async function startHost(options: HostOptions, loaded: Config, directory: DataDirectory, stack: AsyncDisposableStack): Promise<Omit<Host, keyof AsyncDisposable>> {
  const config = options.port === undefined ? loaded : { ...loaded, server: { ...loaded.server, port: options.port } }
  const secrets = readSecrets(config, options.environment)
  const token = await readToken(directory)
  await mkdir(directory.cache, { recursive: true })
  const common = await openCommonPorts(config, directory, secrets, options.log, stack)
  const analyse = await createShellAnalyser()
  const coreProcess = await openCore(config, directory, secrets, token, analyse, common, stack)
  const { core, ports } = coreProcess
  const vcs = await openVcs(config, directory, secrets, stack)
  stack.use(startNotifier(ports, config.notify.command))
  const retention = { store: ports.store, artifacts: ports.artifacts, vcs, clock: ports.clock, log: ports.log }
  stack.use(startRetention(retention, config.storage))
  const url = await listen(core.start, config)
  const worker = await openWorker(config, directory, secrets, { ...common, coordinator: core.coordinator, vcs, analyse }, false, stack)
  return {
    url,
    token,
    config,
    directory,
    process: coreProcess,
    loginUrl: () => `${url}${core.loginPath()}`,
    sandbox: worker?.sandbox ?? null,
    async unfinished() {
      const counts = await ports.store.runs.countByStatus({ tenant: defaultTenant })
      return Object.entries(counts).reduce((sum, [status, count]) => (status === 'ended' ? sum : sum + count), 0)
    },
    collect: async (signal) => collectGarbage(retention, config.storage, signal),
    demonstrate: async (signal) =>
      (config.demonstration.enabled && worker ? startDemonstration(coreProcess, directory, vcs, worker.sandbox, signal) : null),
  }
}

async function listen(start: () => Promise<string>, { server }: Config): Promise<string> {
  try {
    return await start()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    const why = code === 'EACCES' ? 'may not be used by this user' : 'is in use by another program'
    throw new CodeForgeError('invalid-config', `Port ${server.port} ${why}. Choose another with CODEFORGE_PORT.`, { cause: error })
  }
}
