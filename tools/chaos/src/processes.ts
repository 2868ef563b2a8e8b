import { readFileSync, readdirSync } from 'node:fs'

/** Sends a signal; a process that is gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Ids of all processes that can be seen. */
function allProcesses(): readonly number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
}

/** The arguments, separated by spaces and with one after the last; empty where it is gone. */
export function commandOf(pid: number): string {
  return read(pid, 'cmdline').replaceAll('\0', ' ')
}

export function childrenOf(parent: number): readonly number[] {
  return allProcesses().filter((pid) => parentOf(pid) === parent)
}

export function descendantsOf(ancestor: number): readonly number[] {
  return childrenOf(ancestor).flatMap((pid) => [pid, ...descendantsOf(pid)])
}

export interface StrayProcess {
  readonly pid: number
  readonly command: string
}

/** Processes, besides the expected ones, that a run started or that work in one of the directories. A zombie is none. */
export function strayProcesses(runIds: ReadonlySet<string>, directories: readonly string[], expected: ReadonlySet<number>): readonly StrayProcess[] {
  return allProcesses().filter((pid) => pid !== process.pid && !expected.has(pid)).flatMap((pid) => {
    const environment = read(pid, 'environ').split('\0')
    const command = commandOf(pid)
    const marker = environment.find((line) => line.startsWith('CODEFORGE_RUN='))?.slice('CODEFORGE_RUN='.length).split('.')[0] ?? ''
    const ours = runIds.has(marker) || directories.some((directory) => command.includes(directory) || environment.some((line) => line.includes(directory)))
    return ours && command !== '' ? [{ pid, command: command.slice(0, 200) }] : []
  })
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(read(pid, 'status'))?.[1] ?? 0)
}

// A process may end between the list and the look.
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}
