import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { natsProgram } from './nats-program.ts'
import { restartableServer, type RestartableServer } from './restartable-server.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export { withoutNats } from './nats-program.ts'

export interface NatsServer extends RestartableServer {
  readonly url: string
  readonly port: number
  /** Where JetStream keeps its streams; it may be wiped while the server is down. */
  readonly storeDirectory: string
}

/** Starts a real nats-server with JetStream on a free port; `configuration` is added to its configuration file. */
export async function natsServer({ configuration = '' } = {}): Promise<NatsServer> {
  const program = await natsProgram()
  if (program === undefined) throw new Error('nats-server cannot be had here: put it on the PATH')
  const directory = await temporaryDirectory('nats')
  const port = await freePort()
  const storeDirectory = join(directory.path, 'store')
  const file = join(directory.path, 'nats.conf')
  await writeFile(file, `listen: "127.0.0.1:${port}"\njetstream { store_dir: ${JSON.stringify(storeDirectory)} }\n${configuration}\n`)
  const server = await restartableServer({ command: [program, '--config', file], ready: /Server is ready/, occupied: /address already in use/i }, 'SIGTERM', () => directory[Symbol.asyncDispose]())
  return Object.defineProperties(server, {
    url: { value: `nats://127.0.0.1:${port}` },
    port: { value: port },
    storeDirectory: { value: storeDirectory },
  }) as NatsServer
}
