import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { socketDirectory } from '@codeforge/adapters/store/server/socket'
import { sideConnection } from '@codeforge/adapters/store/testing/fresh'
import { apiOf, startCodeForge } from '@codeforge/testing/codeforge-process'
import type { Ask } from '@codeforge/testing/codeforge-process'
import { childrenOf, commandOf, descendantsOf, signal } from '../processes.ts'
import { stopFor } from './stop-for.ts'
import type { System } from './system.ts'

/** Core, worker and database as one host. */
export async function embeddedSystem(directory: string, settings: Readonly<Record<string, string>>): Promise<System> {
  const data = join(directory, 'data')
  const start = () => startCodeForge(['start', '--no-demo'], data, { CODEFORGE_PORT: '0', ...settings })
  let host = start()
  let ask: Ask = await apiOf(host)
  const killHost = async (milliseconds: number): Promise<void> => {
    await host.end('SIGKILL')
    await rm(join(data, 'host.json'), { force: true })
    await sleep(milliseconds)
    host = start()
    ask = await apiOf(host)
  }
  return {
    ask: async (...question) => ask(...question),
    directories: [directory],
    processes: () => ({ host }),
    places: Object.fromEntries(['artifacts', 'repositories', 'spool', 'cache', 'logs'].map((name) => [name, join(data, name)])),
    expected: () => [host.pid, ...databaseOf(host.pid)],
    output: () => host.output(),
    async inflict(fault) {
      if (fault.kind === 'kill-host') await killHost(fault.milliseconds)
      else if (fault.kind === 'stop-host') await stopFor(host.pid, fault.milliseconds)
      else if (fault.kind === 'kill-database') for (const pid of databaseOf(host.pid).slice(0, 1)) signal(pid, 'SIGKILL')
      else throw new Error(`an embedded host has no ${fault.kind}`)
    },
    async query<Row extends object>(text: string) {
      await using side = await sideConnection({ host: await socketDirectory(join(data, 'database')), user: 'codeforge', database: 'postgres' })
      return (await side.query<Row>(text)).rows
    },
    async [Symbol.asyncDispose]() {
      await host.end('SIGTERM')
    },
  }
}

/** The server that a host started, the postmaster first, with its own processes. */
function databaseOf(host: number): readonly number[] {
  return childrenOf(host).filter((pid) => commandOf(pid).includes('/postgres ')).flatMap((pid) => [pid, ...descendantsOf(pid)])
}
