import { type ChildProcess, spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'

/**
 * Shell text that ends the shell's process group as soon as nobody holds the other end of descriptor 3: whoever holds it is gone then,
 * killed perhaps, while what it started may wait for ever, as git does where a file that it reads is a named pipe.
 */
export const watchOwner = '(read -r _ <&3; kill -9 -$$) </dev/null >/dev/null 2>&1 & exec 3<&-'

export interface TiedOptions {
  readonly cwd?: string
  readonly env: NodeJS.ProcessEnv
  /** At its abort the program is killed. */
  readonly signal?: AbortSignal
  /** Whether somebody writes to its standard input, and reads its standard error; its output is always read. */
  readonly stdin?: boolean
  readonly stderr?: boolean
}

/** Starts a program that ends with this process, however this one ends. Where there is no such program it ends with 127. */
export function spawnTied(file: string, args: readonly string[], { cwd, env, signal, stdin, stderr }: TiedOptions): ChildProcess {
  const child = spawn('/bin/sh', ['-c', `${watchOwner}; exec "$@"`, 'sh', file, ...args], {
    ...(cwd !== undefined && { cwd }),
    env,
    stdio: [stdin === true ? 'pipe' : 'ignore', 'pipe', stderr === true ? 'pipe' : 'ignore', 'pipe'],
    detached: true, // a process group of its own
    killSignal: 'SIGKILL',
    ...(signal && { signal }),
  })
  tie(child)
  return child
}

/** Holds descriptor 3 of a process as long as it runs, which is no reason for this one to go on. */
export function tie(child: ChildProcess): void {
  const held = child.stdio[3] as (Duplex & { unref?(): void }) | null | undefined
  held?.on('error', () => undefined)
  held?.unref?.()
  child.once('exit', () => held?.destroy())
}
