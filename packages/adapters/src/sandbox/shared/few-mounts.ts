import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { markerVariables } from './environment.ts'
import type { Marker } from './environment.ts'
import { mountOf, mountsBelow, readMountTable } from './mount-table.ts'
import type { MountPoint } from './mount-table.ts'
import { openLoneHolder, readyLine } from './namespace-holder.ts'
import type { LoneHolder } from './namespace-holder.ts'
import { quote } from './shell-text.ts'
import { systemPath } from './system-path.ts'

/** A table of this many mounts is worth a namespace with fewer. */
const manyMounts = 64
/** So are this many sandboxes of this process: a workspace may be mounted for each. */
const manySandboxes = 24

let sandboxes = 0

export interface FewMountsInput {
  /** Absolute paths that commands need, with what is mounted below them. */
  readonly shown: readonly string[]
  /** Directory of the sandbox's own that nobody else uses. */
  readonly own: string
  readonly marker: Marker
}

/** Where many things are mounted: a mount namespace with few of them. */
export interface FewMounts extends AsyncDisposable {
  /** Words that go before a command so that it meets few mounts; none where there are few anyway. */
  prefix(): Promise<readonly string[]>
}

/**
 * Spares a sandbox the mounts of others. bubblewrap reads the whole mount table for each thing that it binds: beside 200 mounted
 * workspaces a command took 85 ms instead of 14. The namespace is made when it is worth it, and once.
 */
export function fewMountsWhereMany(input: FewMountsInput, signal: AbortSignal): FewMounts {
  sandboxes += 1
  let held: Promise<Held> | null = isPossible() ? holdWhereMany(input, signal) : null
  const look = async (): Promise<Held> => {
    const before = held
    const found = await before
    if (before === null || found !== 'not needed' || sandboxes < manySandboxes) return found
    // Of several that find it needed meanwhile, the first makes it.
    if (held === before) held = holdWhereMany(input, signal)
    return held
  }
  return {
    async prefix() {
      const found = await look()
      return typeof found === 'object' && found?.isAlive() ? ['nsenter', `--mount=/proc/${String(found.pid)}/ns/mnt`, '--'] : []
    },
    async [Symbol.asyncDispose]() {
      sandboxes -= 1
      const found = await held
      if (typeof found === 'object') await found?.[Symbol.asyncDispose]()
    },
  }
}

/** Null where it cannot be made. */
type Held = LoneHolder | 'not needed' | null

/** Only root enters a mount namespace, and only root mounts workspaces. */
const isPossible = (): boolean => process.platform === 'linux' && process.getuid?.() === 0

async function holdWhereMany(input: FewMountsInput, signal: AbortSignal): Promise<Held> {
  const table = await readMountTable().catch(() => [])
  return sandboxes >= manySandboxes || table.length > manyMounts ? hold(input, table, signal) : 'not needed'
}

/** Null where it cannot be made: then commands start more slowly, and no less safely. */
async function hold({ shown, own, marker }: FewMountsInput, table: readonly MountPoint[], signal: AbortSignal): Promise<LoneHolder | null> {
  const root = join(own, 'few')
  try {
    await mkdir(root)
    const script = scriptOf(root, mountsFor(table, shown))
    return await openLoneHolder('unshare', ['--mount', '--propagation', 'private', '--', '/bin/sh', '-c', script], { PATH: systemPath, ...markerVariables(marker) }, signal)
  } catch {
    return null
  }
}

/** The mounts on which the paths lie, and those below them; the deeper ones later. What the kernel shows of itself comes whole. */
function mountsFor(table: readonly MountPoint[], shown: readonly string[]): readonly string[] {
  const points = shown.flatMap((path) => [mountOf(table, path)?.path ?? '/', ...mountsBelow(table, path).map(({ path: below }) => below)])
  const ofKernel = (path: string): boolean => kernelTrees.some((tree) => path === tree || path.startsWith(`${tree}/`))
  return [...new Set(points)].filter((path) => path !== '/' && !ofKernel(path)).sort((one, other) => one.split('/').length - other.split('/').length)
}

const kernelTrees = ['/proc', '/sys', '/dev'] as const

function scriptOf(root: string, mounts: readonly string[]): string {
  return [
    'set -eu',
    `mount --bind / ${quote(root)}`,
    ...kernelTrees.map((path) => `mount --rbind ${path} ${quote(root + path)}`),
    ...mounts.map((path) => `mount --bind ${quote(path)} ${quote(root + path)}`),
    `cd ${quote(root)}`,
    // The old root ends up on top of the new one, from where it is taken away with all that is mounted in it.
    'pivot_root . .',
    'umount -l .',
    'cd /',
    `echo ${readyLine}`,
    'read -r end',
  ].join('\n')
}
