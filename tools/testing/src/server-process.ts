import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from './programs.ts'

export interface ServerCommand extends Pick<SpawnOptions, 'env' | 'uid' | 'gid' | 'cwd'> {
  readonly command: readonly [string, ...string[]]
  /** What the server prints, on either stream, once it takes connections. */
  readonly ready: RegExp
  /** What it prints where a killed one has not quite left yet, or another program has its port for a moment: it is started once more. */
  readonly occupied?: RegExp
}

export interface ServerProcess {
  readonly pid: number
  /** Sends the signal and waits until the process is gone. */
  end(signal: NodeJS.Signals): Promise<void>
}

const START_LIMIT_MS = 30_000
const [occupiedTries, occupiedPauseMs] = [50, 200]

/** Starts a server and waits until it says that it is ready. It never outlives this process. */
export async function startServerProcess(server: ServerCommand): Promise<ServerProcess> {
  for (let left = occupiedTries; ; left -= 1) {
    try {
      return await startOnce(server)
    } catch (error) {
      if (left === 0 || !server.occupied?.test(String(error))) throw error
      await sleep(occupiedPauseMs)
    }
  }
}

async function startOnce({ command, ready, occupied: _, ...options }: ServerCommand): Promise<ServerProcess> {
  const [program, ...args] = await tiedToThisProcess(command)
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const killOnExit = () => child.kill('SIGKILL')
  process.once('exit', killOnExit)
  child.once('exit', () => process.off('exit', killOnExit))
  await untilReady(child, ready, command[0])
  return { pid: child.pid ?? 0, end: (signal) => end(child, signal) }
}

// Even a test process that is killed takes its servers along, where util-linux is there to arrange it.
async function tiedToThisProcess(command: ServerCommand['command']): Promise<ServerCommand['command']> {
  const setpriv = await findProgram('setpriv')
  if (setpriv === undefined || command[0].endsWith('unshare')) return command
  return [setpriv, '--pdeathsig', 'KILL', ...command]
}

async function untilReady(child: ChildProcess, ready: RegExp, name: string): Promise<void> {
  let output = ''
  let isWaiting = true
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const fail = (reason: string) => {
    reject(new Error(`${name} ${reason}. It printed:\n${output}`))
  }
  const limit = setTimeout(() => {
    child.kill('SIGKILL')
    fail(`was not ready within ${START_LIMIT_MS / 1000} s`)
  }, START_LIMIT_MS)
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      // What comes later is read and dropped, so that the server never waits for a full pipe.
      if (!isWaiting) return
      if (output.length < 1_000_000) output += text
      if (ready.test(output)) resolve(undefined)
    })
  }
  child.once('error', reject)
  child.once('exit', (code, signal) => { fail(`ended with ${signal ?? `code ${code}`}`) })
  await promise.finally(() => {
    isWaiting = false
    clearTimeout(limit)
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}
