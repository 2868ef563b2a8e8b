import type { Config } from '@codeforge/contracts/config'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { RunId } from '@codeforge/contracts/ids'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { remembered } from '@codeforge/shell/remembered'
import { openCore } from './core-process.ts'
import type { CoreProcess } from './core-process.ts'
import { readToken } from './data/data-directory.ts'
import type { DataDirectory } from './data/data-directory.ts'
import { startDemonstration } from './demonstration.ts'
import { tryHostLock } from './data/host-lock.ts'
import { openInstallation } from './installation.ts'
import type { Installation, InstallationOptions } from './installation.ts'
import { startNotifier } from './notify.ts'
import { openCommonPorts, openVcs } from './open-ports.ts'
import type { LogTarget } from './open-ports.ts'
import { startRetention } from './retention.ts'
import { readVersion } from './shipped.ts'
import { trySandboxes } from './try-sandboxes.ts'

export interface HostOptions extends InstallationOptions {
  /** Instead of the configured port; 0 takes any free one. */
  readonly port?: number
  readonly log: LogTarget
  /** Gives up whatever the start waits for; what is open by then is closed by whoever asked for it. */
  readonly signal?: AbortSignal
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
  /** Shows a run on the sample repository, once per data directory; null where it was shown already or is switched off. */
  demonstrate(signal: AbortSignal): Promise<RunId | null>
}

const never = new AbortController().signal

/** Becomes the host of a data directory: store, queue, core and worker in this process. Null where another process is the host. */
export async function openHost(options: HostOptions): Promise<Host | null> {
  const loaded = await openInstallation(options)
  const lock = tryHostLock(loaded.directory)
  if (!lock) return null
  await using stack = new AsyncDisposableStack()
  stack.use(lock)
  const host = await startHost(withPort(loaded, options.port), options, stack)
  await lock.publish({ pid: process.pid, url: host.url, version: readVersion(), startedAt: new Date().toISOString() })
  const owned = stack.move()
  return { ...host, [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}

function withPort(installation: Installation, port: number | undefined): Installation {
  const { config } = installation
  return port === undefined ? installation : { ...installation, config: { ...config, server: { ...config.server, port } } }
}

async function startHost(installation: Installation, { log, signal = never }: HostOptions, stack: AsyncDisposableStack): Promise<Omit<Host, keyof AsyncDisposable>> {
  const { config, directory } = installation
  const tried = trySandboxes(installation, stack)
  const analysing = createShellAnalyser()
  analysing.catch(() => undefined) // told where it is waited for
  const token = await readToken(directory)
  const common = await openCommonPorts(installation, { log, identity: 'core', patient: signal }, stack)
  const vcs = await openVcs(installation, stack)
  const analyse = remembered(await analysing)
  const coreProcess = await openCore(installation, { token, signal }, analyse, vcs, common, stack)
  const { core, ports } = coreProcess
  stack.use(startNotifier(ports, config.notify.command))
  stack.use(startRetention(ports, config.storage, ports.maintenance.collect))
  // Whoever holds the lock knows that the host before it, and with it every worker of this data directory, is gone.
  if (config.queue.adapter === 'in-process' && config.store.adapter === 'embedded-postgres') await core.takeBackRuns('its host ended')
  const url = await listen(core.start, config)
  // What agents are made of is a tenth of the code: a host that works on no run, as that of a command that only looks, does without.
  const workers = config.worker.slots > 0 ? await import('./worker-process.ts') : null
  const worker = await workers?.openWorker(installation, { ...common, coordinator: core.coordinator, vcs, analyse, tried }, false, stack, signal) ?? null
  // Disposal goes backwards, so this comes first: no new requests, then the worker comes to a rest, then core, then the store.
  stack.defer(async () => core.stopIntake())
  return {
    url,
    token,
    config,
    directory,
    process: coreProcess,
    loginUrl: () => `${url}${core.loginPath()}`,
    sandbox: worker?.sandbox ?? null,
    unfinished: async () => (await ports.store.runs.unfinished()).length,
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
    throw new CodeForgeError('invalid-config', `Port ${server.port} ${why}. Choose another with --port or CODEFORGE_PORT.`, { cause: error })
  }
}
