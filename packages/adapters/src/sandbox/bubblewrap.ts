import { execFile } from 'node:child_process'
import { release } from 'node:os'
import { isAbsolute } from 'node:path'
import { promisify } from 'node:util'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { sandboxes } from '@codeforge/ports/sandbox'
import { z } from 'zod'
import { insideIdentity, writeAccounts } from './shared/accounts.ts'
import { adviseNamespaces } from './shared/check.ts'
import { hostEngine } from './shared/engine.ts'
import type { LauncherInput } from './shared/engine.ts'
import { fewMountsWhereMany } from './shared/few-mounts.ts'
import type { Launcher } from './shared/host-sandbox.ts'
import { kernelCountsProcesses } from './shared/kernel.ts'
import { namespaceTree } from './shared/namespace-tree.ts'
import { HostSandboxOptions } from './shared/options.ts'
import { insideHome, viewOf } from './shared/view.ts'
import type { Mount } from './shared/view.ts'

const execute = promisify(execFile)

/** Runs commands in namespaces of their own, made by bubblewrap. */
export const bubblewrapSandbox = sandboxes.register({
  name: 'bubblewrap',
  config: z.strictObject({
    ...HostSandboxOptions.shape,
    /** The program; a name is looked up on the PATH. */
    program: z.string().default('bwrap'),
  }),
  open: ({ program, ...options }) => Promise.resolve(hostEngine({
    name: 'bubblewrap',
    enforces: true,
    options,
    launcher: withVersion(program),
    advise: (problem) => (problem.includes('not installed') ? Promise.resolve('Install it: `apt-get install bubblewrap`.') : adviseNamespaces()),
  })),
})

/** Asks for the version once, unless it did not suit. */
function withVersion(program: string): (input: LauncherInput, signal: AbortSignal) => Promise<Launcher> {
  let suits: Promise<void> | undefined
  return async (input, signal) => {
    suits ??= assertVersion(program, process.getuid?.() === 0)
    suits.catch(() => (suits = undefined))
    await suits
    return launcher(program, input, signal)
  }
}

async function launcher(program: string, { spec, marker, scratch, tools }: LauncherInput, signal: AbortSignal): Promise<Launcher> {
  const asRoot = process.getuid?.() === 0
  const identity = insideIdentity()
  const mounts = viewOf({ spec, scratch, tools: tools.readable, accounts: await writeAccounts(scratch.own, identity) })
  const args = [
    '--unshare-user', '--uid', String(identity.user), '--gid', String(identity.group),
    '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--die-with-parent', '--as-pid-1',
    ...(spec.network === 'all' ? [] : ['--unshare-net']),
    // To the kernel, root inside is still root where only the number counts: no file system of the kernel's may be mounted or written.
    ...(asRoot ? ['--disable-userns'] : []),
    ...mounts.flatMap(mountArguments),
    ...mounts.filter((mount) => mount.kind === 'hidden' && mount.directory).flatMap((mount) => ['--remount-ro', mount.path]),
    ...(asRoot ? ['--remount-ro', '/proc'] : []),
    '--remount-ro', '/dev', '--remount-ro', '/',
    '--', '/bin/sh', '-c', '. /proc/self/fd/3',
  ]
  const shown = [...mounts.flatMap((mount) => (mount.kind === 'read' || mount.kind === 'write' ? [mount.source] : [])), scratch.path, ...(isAbsolute(program) ? [program] : [])]
  const fewMounts = fewMountsWhereMany({ shown, own: scratch.own, marker }, signal)
  return {
    async command() {
      const [file = program, ...rest] = [...await fewMounts.prefix(), program, ...args]
      return { file, args: rest }
    },
    tree: namespaceTree,
    first: true,
    countsProcesses: kernelCountsProcesses(release(), asRoot),
    environment: { ...tools.environment, PATH: tools.path, HOME: insideHome, TMPDIR: '/tmp', LANG: 'C.UTF-8' },
    [Symbol.asyncDispose]: () => fewMounts[Symbol.asyncDispose](),
  }
}

function mountArguments(mount: Mount): readonly string[] {
  switch (mount.kind) {
    case 'link': return ['--symlink', mount.to, mount.path]
    case 'read': return ['--ro-bind', mount.source, mount.path]
    case 'write': return ['--bind', mount.source, mount.path]
    case 'hidden': return mount.directory ? ['--tmpfs', mount.path] : ['--ro-bind', '/dev/null', mount.path]
    case 'processes': return ['--proc', mount.path]
    case 'devices': return ['--dev', mount.path]
    default: return mount satisfies never
  }
}

async function assertVersion(program: string, asRoot: boolean): Promise<void> {
  const { stdout } = await execute(program, ['--version']).catch((error: unknown) => {
    throw new CodeForgeError('sandbox-unavailable', `bubblewrap (${program}) is not installed.`, { cause: error })
  })
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout)?.slice(1) ?? []).map(Number)
  if (asRoot && major === 0 && minor < 8) throw new CodeForgeError('sandbox-unavailable', `As root, bubblewrap 0.8 or newer is needed; this is ${stdout.trim()}.`)
}
