import { existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { SandboxSpec } from '@codeforge/ports/sandbox'
import type { Scratch } from './scratch.ts'

/** One thing that is put into an empty root directory, at `path`. */
export type Mount =
  | { readonly kind: 'link'; readonly path: string; readonly to: string }
  | { readonly kind: 'read' | 'write'; readonly path: string; readonly source: string }
  /** Nothing is to be seen there. */
  | { readonly kind: 'hidden'; readonly path: string; readonly directory: boolean }
  | { readonly kind: 'processes' | 'devices'; readonly path: string }

/** Where commands find their home; the real one is not visible. */
export const insideHome = '/home/codeforge'

/** What every system has and commands need. All else of the host is absent. */
export const systemDirectories = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/etc', '/opt', '/nix', '/gnu'] as const

/** Files of the system that only root may read, which are kept from a sandbox that root opens. */
const rootOnly = ['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-', '/etc/sudoers', '/etc/sudoers.d', '/etc/ssh', '/etc/ssl/private', '/etc/NetworkManager', '/etc/wireguard']

export interface ViewInput {
  readonly spec: SandboxSpec
  readonly scratch: Scratch
  /** Directories with tools outside of the system's own. */
  readonly tools: readonly string[]
  readonly accounts: { readonly passwd: string; readonly group: string }
}

/**
 * What a sandbox shows, as mounts in order. Of two that cover a file the deeper one counts, since it is mounted later;
 * of two at the same path, that which hides. The workspace itself is always shown.
 */
export function viewOf(input: ViewInput): readonly Mount[] {
  const { spec, scratch } = input
  const workspace = spec.workspace
  const shown: Mount[] = [
    ...systemMounts(),
    { kind: 'read', path: '/etc/passwd', source: input.accounts.passwd },
    { kind: 'read', path: '/etc/group', source: input.accounts.group },
    { kind: 'processes', path: '/proc' },
    { kind: 'devices', path: '/dev' },
    { kind: 'write', path: '/dev/shm', source: scratch.sharedMemory },
    { kind: 'write', path: '/tmp', source: scratch.temporary },
    { kind: 'write', path: '/var/tmp', source: scratch.temporary },
    { kind: 'write', path: '/run', source: scratch.run },
    { kind: 'write', path: insideHome, source: scratch.home },
    ...[...input.tools, ...spec.readable].filter(existsSync).map((path): Mount => ({ kind: 'read', path: realpathSync(path), source: realpathSync(path) })),
    ...(spec.network === 'all' ? nameServers() : []),
  ]
  const hidden = hiddenMounts([...spec.hidden, ...(process.getuid?.() === 0 ? rootOnly : [])], shown, workspace)
  const all: Mount[] = [...shown, ...guardedMounts(spec), ...hidden, { kind: 'write', path: workspace, source: workspace }]
  const depths = (mount: Mount): number => mount.path.split(sep).length
  return all.map((mount, index) => ({ mount, index })).sort((one, other) => depths(one.mount) - depths(other.mount) || one.index - other.index).map(({ mount }) => mount)
}

function systemMounts(): readonly Mount[] {
  return systemDirectories.filter(existsSync).map((path): Mount =>
    lstatSync(path).isSymbolicLink() ? { kind: 'link', path, to: readlinkSync(path) } : { kind: 'read', path, source: path })
}

/** Where name servers are written down is often a link out of /etc. */
function nameServers(): readonly Mount[] {
  if (!existsSync('/etc/resolv.conf')) return []
  const path = realpathSync('/etc/resolv.conf')
  return path.startsWith('/etc/') ? [] : [{ kind: 'read', path, source: path }]
}

/** Mounted in its own place, a path can be neither removed nor renamed; the same must hold for the folders that lead to it. */
function guardedMounts({ guarded, workspace }: SandboxSpec): readonly Mount[] {
  const present = guarded.filter((path) => path.startsWith(workspace + sep) && existsSync(path))
  const folders = new Set(present.flatMap((path) => foldersBetween(workspace, path)))
  return [...[...folders].map((path): Mount => ({ kind: 'write', path, source: path })), ...present.map((path): Mount => ({ kind: 'read', path, source: path }))]
}

function foldersBetween(workspace: string, path: string): readonly string[] {
  const above = dirname(path)
  return above === workspace ? [] : [...foldersBetween(workspace, above), above]
}

/** Hides what would otherwise show; a path that lies in nothing shown is absent anyway. */
function hiddenMounts(paths: readonly string[], shown: readonly Mount[], workspace: string): readonly Mount[] {
  const real = new Set(paths.filter(existsSync).map((path) => realpathSync(path)))
  if (real.has(workspace)) throw new CodeForgeError('invalid-input', 'The workspace itself is to be hidden.')
  const roots = [workspace, ...shown.flatMap((mount) => (mount.kind === 'read' ? [mount.path] : []))]
  return [...real].filter((path) => roots.some((root) => path === root || path.startsWith(root + sep))).map((path) => ({ kind: 'hidden', path, directory: statSync(path).isDirectory() }))
}
