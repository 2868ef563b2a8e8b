import { readFile } from 'node:fs/promises'
import { sep } from 'node:path'

export interface MountPoint {
  readonly path: string
  /** Flags that a user namespace may not take away again. */
  readonly locked: readonly string[]
}

/**
 * Reads what is mounted where in this process's mount namespace, as it is now or later. Never at once: the kernel lets one reader or one
 * mount at a time, and where runs begin by the dozen a look was found to take 0.3 s. Whoever asks while one goes on waits for the next, together.
 */
export async function readMountTable(): Promise<readonly MountPoint[]> {
  if (reading === null) return (reading = read())
  next ??= reading.then(read, read)
  return next
}

let reading: Promise<readonly MountPoint[]> | null = null
let next: Promise<readonly MountPoint[]> | null = null

async function read(): Promise<readonly MountPoint[]> {
  if (next !== null) [reading, next] = [next, null]
  try {
    return parseMountTable(await readFile('/proc/self/mountinfo', 'utf8'))
  } finally {
    if (next === null) reading = null
  }
}

/** The kernel's own text as mounts. */
function parseMountTable(text: string): readonly MountPoint[] {
  return text.split('\n').filter(Boolean).map((line) => {
    const fields = line.split(' ')
    // The kernel writes spaces and the like as octal numbers.
    const path = (fields[4] ?? '').replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    return { path, locked: (fields[5] ?? '').split(',').filter((flag) => ['ro', 'nosuid', 'nodev', 'noexec'].includes(flag)) }
  })
}

const isInside = (path: string, root: string): boolean => root === '/' || path === root || path.startsWith(root + sep)

/** The mount that a path lies on. */
export function mountOf(table: readonly MountPoint[], path: string): MountPoint | undefined {
  return table.filter((mount) => isInside(path, mount.path)).reduce<MountPoint | undefined>((best, mount) => (best === undefined || mount.path.length >= best.path.length ? mount : best), undefined)
}

/** Mounts below a path, not the one it lies on. */
export const mountsBelow = (table: readonly MountPoint[], path: string): readonly MountPoint[] => {
  const below = new Map(table.filter((mount) => mount.path !== path && isInside(mount.path, path)).map((mount) => [mount.path, mount]))
  return [...below.values()]
}
