import { CodeForgeError } from '@codeforge/contracts/error-code'
import { remoteCoordinator } from '@codeforge/ports/coordinator-over-queue'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { loadConfig } from './config/load-config.ts'
import { dataDirectoryOf } from './config/directories.ts'
import { readSecrets } from './config/secrets.ts'
import { openDataDirectory } from './data/data-directory.ts'
import type { HostOptions } from './host.ts'
import { openCommonPorts, openVcs } from './open-ports.ts'
import { openWorker } from './worker-process.ts'

/** A worker of a fleet: reaches core over NATS, holds no database credential, serves nothing. */
export async function openFleetWorker(options: Omit<HostOptions, 'port'>): Promise<AsyncDisposable> {
  const { config } = await loadConfig(options.configFile, options.environment)
  if (config.queue.adapter !== 'nats') throw new CodeForgeError('invalid-config', 'A worker on its own needs queue.adapter nats and the address of the server.')
  if (config.worker.slots === 0) throw new CodeForgeError('invalid-config', 'A worker on its own needs worker.slots above 0.')
  const directory = await openDataDirectory(dataDirectoryOf(options.dataDirectory, options.environment))
  const secrets = readSecrets(config, options.environment)
  await using stack = new AsyncDisposableStack()
  const common = await openCommonPorts(config, directory, secrets, options.log, stack)
  const coordinator = remoteCoordinator(common.queue)
  const vcs = await openVcs(config, directory, secrets, stack)
  const analyse = await createShellAnalyser()
  await openWorker(config, directory, secrets, { ...common, coordinator, vcs, analyse }, true, stack)
  const owned = stack.move()
  return { [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}
