import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { postgresProgram, type PostgresProgram } from './postgres-program.ts'
import { restartableServer, type RestartableServer } from './restartable-server.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export interface PostgresServer extends RestartableServer {
  /** Of an empty database, with a user who may create others. */
  readonly url: string
  readonly port: number
  /** Stops and starts it: same port, same data. */
  restart(): Promise<void>
}

/** Starts a real PostgreSQL with its own data on a free port of 127.0.0.1; `settings` are those of postgresql.conf. */
export async function postgresServer({ settings = {} }: { settings?: Readonly<Record<string, string>> } = {}): Promise<PostgresServer> {
  const directory = await temporaryDirectory('postgres')
  const program = await postgresProgram(directory.path)
  await program.own(directory.path)
  const data = join(directory.path, 'data')
  await initialise(program, data)
  const port = await freePort()
  const server = await restartableServer(serverCommand(program, data, port, settings), 'SIGINT', async () => { await directory[Symbol.asyncDispose]() })
  return Object.defineProperties(server, {
    url: { value: `postgresql://postgres@127.0.0.1:${port}/postgres` },
    port: { value: port },
    restart: {
      async value() {
        await server.stop()
        await server.start()
      },
    },
  }) as PostgresServer
}

async function initialise({ bin, prefix, identity, own }: PostgresProgram, data: string): Promise<void> {
  await mkdir(data, { mode: 0o700 })
  await own(data)
  const options = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions']
  const [program, ...args] = [...prefix, join(bin, 'initdb'), '-D', data, ...options] as [string, ...string[]]
  await promisify(execFile)(program, args, { ...identity, cwd: data })
}

function serverCommand({ bin, prefix, identity }: PostgresProgram, data: string, port: number, settings: Readonly<Record<string, string>>) {
  // Not synced: these data need to survive a killed process, not a power failure.
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', ...settings }
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const command = [...prefix, join(bin, 'postgres'), '-D', data, '-p', String(port), ...options] as [string, ...string[]]
  return { command, ...identity, cwd: data, ready: /database system is ready to accept connections/, occupied: /Address already in use|pre-existing shared memory block|lock file "[^"]*" already exists/ }
}
