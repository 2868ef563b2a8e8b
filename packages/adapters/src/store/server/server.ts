import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findBinaries } from './binaries.ts'
import { environment } from './environment.ts'
import { chooseDisguise, identityOf, type Disguise } from './identity.ts'
import { initialise, superuser } from './initialise.ts'
import { stopLeftover } from './leftover.ts'
import { spawnServer, type ServerProcess } from './server-process.ts'
import { serverOptions } from './settings.ts'
import { removeSocketDirectory, socketDirectory } from './socket.ts'
import { dataVersion, requireVersion } from './version.ts'

export interface Server {
  readonly socketDirectory: string
  readonly user: string
  readonly database: string
  /** Shuts down and waits until all is on disk. */
  stop(): Promise<void>
}

/** Milliseconds before a server that ended by itself is started again; doubled up to the most. */
const firstPause = 100
const longestPause = 5_000

/** Starts a server on the data under `home`, making them first where there are none. The caller holds the lock of `home`. */
export async function startServer(home: string, disguise?: Disguise): Promise<Server> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const directory = await realpath(home)
  const data = join(directory, 'data')
  const [binaries, identity] = await Promise.all([
    findBinaries(directory), Promise.resolve(disguise ?? chooseDisguise()).then(identityOf), stopLeftover(data),
  ])
  const version = await dataVersion(data)
  if (version === null) await initialise(data, binaries, identity)
  else requireVersion(version, binaries.major, data)
  await identity.own(data)
  const sockets = await socketDirectory(directory)
  const command = [...identity.prefix, binaries.postgres, '-D', data, ...serverOptions(sockets)]
  const stop = await keepRunning(() => spawnServer(command, { env: environment(binaries), cwd: directory }))
  return {
    socketDirectory: sockets,
    user: superuser,
    database: 'postgres',
    async stop() {
      await stop()
      await removeSocketDirectory(sockets)
    },
  }
}

/** Keeps a server running until told to stop: one that was killed is started again, and replays its log. */
async function keepRunning(start: () => Promise<ServerProcess>): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  let current: ServerProcess | null = await start()
  const watch = async (): Promise<void> => {
    for (let pause = firstPause; !stopping.signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      if (current) {
        await current.ended
        pause = firstPause
      }
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
      current = stopping.signal.aborted ? null : await start().catch(() => null)
    }
  }
  const watching = watch()
  return async () => {
    stopping.abort()
    await current?.stop()
    await watching
    // A start that was under way while we stopped.
    await current?.stop()
  }
}
