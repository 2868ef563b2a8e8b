import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('host.ts', import.meta.url))

export interface Host extends AsyncDisposable {
  /** Ends it with SIGKILL. */
  kill(): Promise<void>
}

/** Starts a process that opens the embedded store in a directory, and waits until it has. `prefix` stands before it on the command line. */
export async function spawnHost(directory: string, prefix: readonly string[] = [], env: NodeJS.ProcessEnv = process.env): Promise<Host> {
  const [program = '', ...args] = [...prefix, process.execPath, script, directory]
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  const opened = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)])
  if (!opened) throw new Error(`the host ended with ${String(child.exitCode ?? child.signalCode)}`)
  return { kill, [Symbol.asyncDispose]: kill }
}

/** The process id that a server wrote into its data directory. */
export async function postmaster(directory: string): Promise<number> {
  return Number.parseInt(await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8'), 10)
}

/** Whether a process is at work; one that ended and was not yet reaped is not. */
export async function atWork(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => ') Z')
  return !/\) [ZX]/.test(status)
}

/** Waits until a process has ended. */
export async function gone(pid: number, limit = 10_000): Promise<void> {
  for (const end = performance.now() + limit; await atWork(pid);) {
    if (performance.now() > end) throw new Error(`process ${String(pid)} is still at work`)
    await sleep(10)
  }
}
