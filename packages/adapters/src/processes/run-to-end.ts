import { runProgram } from './run-program.ts'
import type { RunRequest } from './run-program.ts'
import { sendSignal } from './process-table.ts'

export interface Finished {
  /** -1 where a signal ended it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Characters kept of each of its two outputs. */
const mostOutput = 10_000

/** Runs a program that prints little; it is killed with all it started where the signal aborts, and ends with this process. */
export async function runToEnd(program: RunRequest, signal: AbortSignal): Promise<Finished> {
  const { pid, ended, ...streams } = await runProgram(program)
  const kill = (): void => void sendSignal(-pid, 'SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  if (signal.aborted) kill()
  let [stdout, stderr] = ['', '']
  streams.stdout.setEncoding('utf8').on('data', (text: string) => (stdout = (stdout + text).slice(0, mostOutput)))
  streams.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(0, mostOutput)))
  const code = await ended.finally(() => signal.removeEventListener('abort', kill))
  return { code, stdout, stderr }
}
