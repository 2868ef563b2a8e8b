import { readdir, readFile } from 'node:fs/promises'

/** Ids of the processes of this machine that have the text in their command line. */
export async function processesWith(text: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number).filter((id) => id !== process.pid)
  const found = await Promise.all(ids.map(async (id) => ((await commandLine(id)).includes(text) ? [id] : [])))
  return found.flat()
}

/** Ids of the processes of this machine that have exactly these arguments. */
export async function processesOf(args: readonly string[]): Promise<number[]> {
  const line = `${args.join(' ')} `
  const found = await Promise.all((await processesWith(line)).map(async (id) => ((await commandLine(id)) === line ? [id] : [])))
  return found.flat()
}

/** Those of them that come from the given process. */
export async function descendantsWith(ancestor: number, text: string): Promise<number[]> {
  const found = await Promise.all((await processesWith(text)).map(async (id) => (id !== ancestor && await comesFrom(id, ancestor) ? [id] : [])))
  return found.flat()
}

/** Whether a process has ended. */
export async function isGone(id: number): Promise<boolean> {
  return (await commandLine(id)) === ''
}

// A process that has ended in between has no command line.
async function commandLine(id: number): Promise<string> {
  const text = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')
  return text.replaceAll('\0', ' ')
}

async function comesFrom(id: number, ancestor: number): Promise<boolean> {
  if (id === ancestor) return true
  if (id <= 1) return false
  const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '')
  return comesFrom(Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1] ?? 0), ancestor)
}
