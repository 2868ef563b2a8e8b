import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { markerVariables } from './environment.ts'
import type { Marker } from './environment.ts'
import { mountOf, mountsBelow, readMountTable } from './mount-table.ts'
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
  let held: Promise<LoneHolder | null> | null = isMany({ look: true }) ? hold(input, signal) : null
  sandboxes += 1
  return {
    async prefix() {
      held ??= isMany({ look: false }) ? hold(input, signal) : null
      const holder = await held
      return holder?.isAlive() ? ['nsenter', `--mount=/proc/${String(holder.pid)}/ns/mnt`, '--'] : []
    },
    async [Symbol.asyncDispose]() {
      sandboxes -= 1
      await (await held)?.[Symbol.asyncDispose]()
    },
  }
}

/** Only root enters a mount namespace, and only root mounts workspaces. Reading the table takes a while where it is long. */
function isMany({ look }: { readonly look: boolean }): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  return sandboxes >= manySandboxes || (look && readFileSync('/proc/self/mountinfo', 'latin1').split('\n').length > manyMounts)
}

/** Null where it cannot be made: then commands start more slowly, and no less safely. */
async function hold({ shown, own, marker }: FewMountsInput, signal: AbortSignal): Promise<LoneHolder | null> {
  const root = join(own, 'few')
  try {
    await mkdir(root)
    const script = scriptOf(root, mountsFor(shown))
    return await openLoneHolder('unshare', ['--mount', '--propagation', 'private', '--', '/bin/sh', '-c', script], { PATH: systemPath, ...markerVariables(marker) }, signal)
  } catch {
    return null
  }
}

/** The mounts on which the paths lie, and those below them; the deeper ones later. What the kernel shows of itself comes whole. */
function mountsFor(shown: readonly string[]): readonly string[] {
  const table = readMountTable()
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
