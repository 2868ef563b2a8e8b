import { readdirSync, readFileSync } from 'node:fs'

/** One process as `/proc/<pid>/stat` tells it. `started` distinguishes it from a later one with the same number. */
export interface ProcessEntry {
  readonly pid: number
  readonly state: string
  readonly parent: number
  readonly session: number
  readonly threads: number
  readonly started: string
  readonly residentPages: number
}

/** Reads one process; null where it is gone. */
export function readProcess(pid: number): ProcessEntry | null {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
    // The name is in parentheses and may itself hold any character, so the fields count from the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const field = (index: number): string => fields[index] ?? '0'
    return { pid, state: field(0), parent: Number(field(1)), session: Number(field(3)), threads: Number(field(17)), started: field(19), residentPages: Number(field(21)) }
  } catch {
    return null
  }
}

/** Numbers of all processes that this one can see. */
export const processNumbers = (): readonly number[] => readdirSync('/proc').map(Number).filter((pid) => pid > 0)

/** A process that still does something: zombies only wait for their parent. */
export const isAlive = (entry: ProcessEntry | null): entry is ProcessEntry => entry !== null && entry.state !== 'Z' && entry.state !== 'X'

/** All living descendants of a process, parents before children, without the process itself. */
export function descendants(root: number): readonly ProcessEntry[] {
  const found: ProcessEntry[] = []
  const children = childrenReader()
  const pending = [...children(root)]
  const seen = new Set<number>([root])
  for (let pid = pending.shift(); pid !== undefined; pid = pending.shift()) {
    if (seen.has(pid)) continue
    seen.add(pid)
    const entry = readProcess(pid)
    if (entry === null) continue
    if (isAlive(entry)) found.push(entry)
    pending.push(...children(pid))
  }
  return found
}

/** Kernels without CONFIG_PROC_CHILDREN have no list of children; there the whole table is read once. */
function childrenReader(): (pid: number) => readonly number[] {
  let table: Map<number, number[]> | undefined
  return (pid) => {
    if (table === undefined) {
      const listed = listedChildren(pid)
      if (listed !== null) return listed
      table = childTable()
    }
    return table.get(pid) ?? []
  }
}

let kernelListsChildren: boolean | undefined

function hasChildrenLists(): boolean {
  if (kernelListsChildren === undefined) {
    try {
      readFileSync(`/proc/self/task/${String(process.pid)}/children`)
      kernelListsChildren = true
    } catch {
      kernelListsChildren = false
    }
  }
  return kernelListsChildren
}

function listedChildren(pid: number): readonly number[] | null {
  if (!hasChildrenLists()) return null
  return listDirectory(`/proc/${String(pid)}/task`).flatMap((thread) => {
    try {
      const text = readFileSync(`/proc/${String(pid)}/task/${thread}/children`, 'latin1').trim()
      return text === '' ? [] : text.split(' ').map(Number)
    } catch {
      return [] // This thread ended meanwhile.
    }
  })
}

function listDirectory(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function childTable(): Map<number, number[]> {
  const table = new Map<number, number[]>()
  for (const entry of processNumbers().map(readProcess)) {
    if (entry === null) continue
    const siblings = table.get(entry.parent)
    if (siblings) siblings.push(entry.pid)
    else table.set(entry.parent, [entry.pid])
  }
  return table
}

/** Sends a signal; false where the process is gone or not ours. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

/** Proportional memory of a process in bytes: shared pages count once over all who share them. Null where it may not be read. */
export function proportionalBytes(pid: number): number | null {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'latin1'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  } catch {
    return null
  }
}
