import type { Socket } from 'node:net'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { gone } from './marked.ts'
import { descendants, isAlive, readProcess, sendSignal } from '../../processes/process-table.ts'
import type { ProcessEntry } from '../../processes/process-table.ts'
import { runProgram } from '../../processes/run-program.ts'
import type { RunningProgram } from '../../processes/run-program.ts'

/**
 * Processes that do nothing but keep namespaces in being, so that they are made once for a sandbox and not for each command.
 * They wait on a pipe of this process: when it dies, they end, and with them everything inside.
 */
export interface NamespaceHolder extends AsyncDisposable {
  /** Number of the process with the mounts, which is also the first of the PID namespace of the whole sandbox. */
  readonly outer: number
  /** Number of the process in the user namespace of the commands. */
  readonly inner: number
  isAlive(): boolean
}

/** Line by which the script says that the inner process waits. */
export const readyLine = 'codeforge-ready'

/** A process that does nothing but keep the one namespace in being in which it is. */
export interface LoneHolder extends AsyncDisposable {
  readonly pid: number
  isAlive(): boolean
}

/** Starts one process that holds, and waits until it is ready. */
export async function openLoneHolder(file: string, args: readonly string[], environment: Readonly<Record<string, string>>, signal: AbortSignal): Promise<LoneHolder> {
  const holder = await start(file, args, environment, signal)
  const itself = readProcess(holder.pid)
  if (itself === null) throw failed('its process is missing')
  return {
    pid: holder.pid,
    isAlive: () => isSame(itself),
    async [Symbol.asyncDispose]() {
      holder.stdin?.destroy()
      if (isSame(itself)) sendSignal(holder.pid, 'SIGKILL')
      await gone([holder.pid])
    },
  }
}

async function start(file: string, args: readonly string[], environment: Readonly<Record<string, string>>, signal: AbortSignal): Promise<RunningProgram> {
  const holder = await runProgram({ file, args, directory: '/', environment, stdin: null, lasting: true }).catch((error: Error) => error)
  if (holder instanceof Error) throw failed(holder.message)
  const problem = await readiness(holder, signal)
  if (problem !== null) {
    sendSignal(holder.pid, 'SIGKILL')
    throw failed(problem)
  }
  // The pipes of the holder are no reason for this process to go on living.
  for (const stream of [holder.stdout, holder.stderr]) (stream as Socket).unref()
  return holder
}

/** Starts the holder and waits until it is ready. */
export async function openHolder(file: string, args: readonly string[], environment: Readonly<Record<string, string>>, signal: AbortSignal): Promise<NamespaceHolder> {
  const holder = await start(file, args, environment, signal)
  const [outer, inner] = descendants(holder.pid)
  if (outer === undefined || inner === undefined) {
    sendSignal(holder.pid, 'SIGKILL')
    throw failed('its processes are missing')
  }
  return {
    outer: outer.pid,
    inner: inner.pid,
    isAlive: () => isSame(outer) && isSame(inner),
    async [Symbol.asyncDispose]() {
      holder.stdin?.destroy()
      // Waiting until the first process of the namespace is gone means that all in it are.
      if (isSame(outer)) sendSignal(outer.pid, 'SIGKILL')
      sendSignal(holder.pid, 'SIGKILL')
      await gone([outer.pid, inner.pid])
    },
  }
}

function failed(why: string): CodeForgeError {
  return new CodeForgeError('sandbox-failed', `The sandbox could not be set up: ${why}`)
}

/** Null once the holder says that it is ready; else what went wrong. */
async function readiness({ pid, stdout, stderr, ended }: RunningProgram, signal: AbortSignal): Promise<string | null> {
  const kill = (): void => void sendSignal(pid, 'SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  if (signal.aborted) kill()
  let [output, complaint] = ['', '']
  stderr.on('data', (bytes: Buffer) => (complaint = (complaint + bytes.toString('utf8')).slice(-2000)))
  const ready = new Promise<null>((resolve) => {
    stdout.on('data', (bytes: Buffer) => {
      output = (output + bytes.toString('utf8')).slice(-2000)
      if (output.includes(readyLine)) resolve(null)
    })
  })
  const over = ended.then((code) => complaint.trim() || `exit code ${String(code)}`)
  return Promise.race([ready, over]).finally(() => signal.removeEventListener('abort', kill))
}

const isSame = (entry: ProcessEntry): boolean => {
  const now = readProcess(entry.pid)
  return isAlive(now) && now.started === entry.started
}
