import { startServerProcess, type ServerCommand, type ServerProcess } from './server-process.ts'

/** A server that tests may stop, start again on the same port and data, and kill. */
export interface RestartableServer extends AsyncDisposable {
  /** The id of the server's process; it changes with each start. */
  readonly pid: number
  /** Ends it in its orderly way. */
  stop(): Promise<void>
  /** Starts it again: same port, same data. */
  start(): Promise<void>
  /** Ends it with SIGKILL. */
  kill(): Promise<void>
}

/** Starts a server that can be restarted; `cleanUp` runs after its last end. */
export async function restartableServer(
  command: ServerCommand,
  stopSignal: NodeJS.Signals,
  cleanUp: () => PromiseLike<void>,
): Promise<RestartableServer> {
  let server: ServerProcess = await startServerProcess(command)
  return {
    get pid() {
      return server.pid
    },
    stop: () => server.end(stopSignal),
    kill: () => server.end('SIGKILL'),
    async start() {
      server = await startServerProcess(command)
    },
    async [Symbol.asyncDispose]() {
      await server.end('SIGKILL')
      await cleanUp()
    },
  }
}
