import { readFile } from 'node:fs/promises'

/** Names a process so that a later one with the same number is not taken for it: `<pid>:<start time>`. */
export async function processStamp(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces; the start time is the 20th field after it.
    return `${pid}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`
  } catch {
    return `${pid}:${isRunning(pid) ? 'running' : 'gone'}`
  }
}

/** Where there is no /proc, only the number can be asked for. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux'
  } catch {
    return false
  }
}
