import { spawn } from 'node:child_process'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { gone } from './marked.ts'
import { descendants, isAlive, readProcess, sendSignal } from '../../processes/process-table.ts'
import type { ProcessEntry } from '../../processes/process-table.ts'

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

/** Starts the holder and waits until it is ready. */
export async function openHolder(file: string, args: readonly string[], environment: Readonly<Record<string, string>>, signal: AbortSignal): Promise<NamespaceHolder> {
  const child = spawn(file, args, { env: { ...environment }, stdio: ['pipe', 'pipe', 'pipe'], detached: true, cwd: '/' })
  const outcome = await new Promise<string | null>((resolve) => {
    let output = ''
    let complaint = ''
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString('utf8')
      if (output.includes(readyLine)) resolve(null)
    })
    child.stderr.on('data', (bytes: Buffer) => (complaint = (complaint + bytes.toString('utf8')).slice(-2000)))
    child.stdin.on('error', () => undefined)
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code) => resolve(complaint.trim() || `exit code ${String(code)}`))
    signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true })
  })
  const [outer, inner] = child.pid === undefined ? [] : descendants(child.pid)
  if (outcome !== null || outer === undefined || inner === undefined) {
    if (child.pid !== undefined) child.kill('SIGKILL')
    throw new CodeForgeError('sandbox-failed', `The sandbox could not be set up: ${outcome ?? 'its processes are missing'}`)
  }
  // The pipes of the holder are no reason for this process to go on living.
  child.unref()
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { unref?: () => void }).unref?.()
  return {
    outer: outer.pid,
    inner: inner.pid,
    isAlive: () => isSame(outer) && isSame(inner),
    async [Symbol.asyncDispose]() {
      child.stdin.destroy()
      // Waiting until the first process of the namespace is gone means that all in it are.
      if (isSame(outer)) sendSignal(outer.pid, 'SIGKILL')
      child.kill('SIGKILL')
      await gone([outer.pid, inner.pid])
    },
  }
}

const isSame = (entry: ProcessEntry): boolean => {
  const now = readProcess(entry.pid)
  return isAlive(now) && now.started === entry.started
}
