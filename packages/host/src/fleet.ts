import { CodeForgeError } from '@codeforge/contracts/error-code'
import { remoteCoordinator } from '@codeforge/ports/coordinator-over-queue'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { remembered } from '@codeforge/shell/remembered'
import type { HostOptions } from './host.ts'
import { openInstallation } from './installation.ts'
import { openCommonPorts, openVcs } from './open-ports.ts'
import { runsUnderWay, startRetention } from './retention.ts'
import { trySandboxes } from './try-sandboxes.ts'
import { openWorker } from './worker-process.ts'

/** A worker of a fleet: reaches core over NATS, holds no database credential, serves nothing. */
export async function openFleetWorker(options: Omit<HostOptions, 'port'>): Promise<AsyncDisposable> {
  const installation = await openInstallation(options)
  const { config } = installation
  const { signal: stopping = new AbortController().signal } = options
  if (config.queue.adapter !== 'nats') throw new CodeForgeError('invalid-config', 'A worker on its own needs a nats-server: set CODEFORGE_QUEUE_ADAPTER=nats, and NATS_URL to its address.')
  if (config.worker.slots === 0) throw new CodeForgeError('invalid-config', 'A worker on its own needs worker.slots above 0.')
  await using stack = new AsyncDisposableStack()
  const tried = trySandboxes(installation, stack)
  const common = await openCommonPorts(installation, { log: options.log, identity: 'worker', patient: stopping }, stack)
  const coordinator = remoteCoordinator(common.queue)
  const vcs = await openVcs(installation, stack)
  const analyse = remembered(await createShellAnalyser())
  await openWorker(installation, { ...common, coordinator, vcs, analyse, tried }, true, stack, stopping)
  // What other attempts need lies in the artifact store; here only the runs under way need their places.
  stack.use(startRetention(common, config.storage, async (signal) => ({ bytes: await vcs.collect(() => runsUnderWay(installation.directory.spool), signal) })))
  const owned = stack.move()
  return { [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}
