import { readFile, readlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const fileName = 'owner'

/** Notes in an attempt's directory which process works on it, so that what a killed one left behind is found. */
export async function signAttempt(attempt: string): Promise<void> {
  await writeFile(join(attempt, fileName), `${await placeOfProcesses()} ${process.pid} ${await startOf(process.pid)}`)
}

/** Whether the process that worked on an attempt has died. False where that cannot be known: it ran on another host or in another container. */
export async function isAbandoned(attempt: string): Promise<boolean> {
  const [place, pid, start] = (await readFile(join(attempt, fileName), 'utf8').catch(() => '')).split(' ')
  if (place === undefined || pid === undefined || place !== (await placeOfProcesses())) return false
  return (await startOf(Number(pid))) !== start
}

/** Names this boot of this machine: files written before the last crash may not have reached the disk whole. */
export async function bootOf(): Promise<string> {
  const id = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null)
  return id === null ? `process-${process.pid}-${await startOf(process.pid)}` : id.trim()
}

/** Within one place a number names one process. Containers on one machine are places of their own. */
async function placeOfProcesses(): Promise<string> {
  const numbers = await readlink('/proc/self/ns/pid').catch(() => null)
  return numbers === null ? hostname() : `${await bootOf()}/${numbers}`
}

/** When a process started, in the system's ticks; tells it from a later one with the same number. 'none' where there is no such process. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null)
  if (text !== null) return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0'
  if (process.platform === 'linux') return 'none'
  try {
    process.kill(pid, 0)
    return 'unknown'
  } catch {
    return 'none'
  }
}
