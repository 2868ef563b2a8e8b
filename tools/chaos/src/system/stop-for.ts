import { setTimeout as sleep } from 'node:timers/promises'
import { signal } from '../processes.ts'

/** Stops a process for a while, as a laptop's lid does. */
export async function stopFor(pid: number, milliseconds: number): Promise<void> {
  signal(pid, 'SIGSTOP')
  await sleep(milliseconds)
  signal(pid, 'SIGCONT')
}
