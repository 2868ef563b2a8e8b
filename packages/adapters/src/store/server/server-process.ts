import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { CodeForgeError } from '@codeforge/contracts/error-code'

/** Milliseconds until a server must accept connections; replaying the log after a crash is part of it. */
const startLimit = 120_000
/** Milliseconds for a fast shutdown, which writes what is in memory. */
const stopLimit = 30_000
const keptLines = 20

export interface ServerProcess {
  /** Resolves when it has ended, whatever the reason. */
  readonly ended: Promise<void>
  /** Disconnects everybody, writes a checkpoint and ends. */
  stop(): Promise<void>
}

/** Starts a server program and waits until it accepts connections. */
export async function spawnServer([program = '', ...args]: readonly string[], options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string }): Promise<ServerProcess> {
  // In a process group of its own, so that Ctrl-C in a terminal reaches us and not the server under our feet.
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const ended = new Promise<void>((resolve) => child.once('close', () => { resolve() }))
  const lines: string[] = []
  try {
    await ready(child, lines)
  } catch (error) {
    child.kill('SIGQUIT')
    throw startFailure(lines, error)
  }
  return { ended, stop: () => stop(child, ended) }
}

async function ready(child: ChildProcess, lines: string[]): Promise<void> {
  const output = createInterface({ input: child.stderr ?? raise('the server has no output') })
  const accepting = new Promise<void>((resolve, reject) => {
    output.on('line', (line) => {
      lines.push(line)
      if (lines.length > keptLines) lines.shift()
      if (line.includes('database system is ready to accept connections')) resolve()
    })
    child.once('error', reject)
    child.once('close', (code, signal) => { reject(new Error(`it ended with ${String(code ?? signal)}`)) })
  })
  const limit = AbortSignal.timeout(startLimit)
  await Promise.race([accepting, once(limit, 'abort').then(() => raise('it did not accept connections in time'))])
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGINT')
  // Immediate shutdown: nothing committed is lost, the next start replays the log.
  const impatience = setTimeout(() => child.kill('SIGQUIT'), stopLimit)
  await ended
  clearTimeout(impatience)
}

function startFailure(lines: readonly string[], cause: unknown): CodeForgeError {
  const said = lines.slice(-4).join(' ').trim() || (cause instanceof Error ? cause.message : String(cause))
  return new CodeForgeError(/no space left on device/i.test(said) ? 'disk-full' : 'store-unavailable', `The database server did not start: ${said}`, { cause })
}

function raise(message: string): never {
  throw new Error(message)
}
