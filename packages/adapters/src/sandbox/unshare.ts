import { constants } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { release } from 'node:os'
import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { sandboxes } from '@codeforge/ports/sandbox'
import { insideIdentity, writeAccounts } from './shared/accounts.ts'
import type { Identity } from './shared/accounts.ts'
import { adviseNamespaces } from './shared/check.ts'
import { hostEngine } from './shared/engine.ts'
import type { LauncherInput } from './shared/engine.ts'
import { markerVariables } from './shared/environment.ts'
import type { Launcher } from './shared/host-sandbox.ts'
import { kernelCountsProcesses } from './shared/kernel.ts'
import { readMountTable } from './shared/mount-table.ts'
import { openHolder, readyLine } from './shared/namespace-holder.ts'
import type { NamespaceHolder } from './shared/namespace-holder.ts'
import { namespaceTree } from './shared/namespace-tree.ts'
import { HostSandboxOptions } from './shared/options.ts'
import { rootScriptText } from './shared/root-script.ts'
import { quote } from './shared/shell-text.ts'
import { systemPath } from './shared/system-path.ts'
import { insideHome, viewOf } from './shared/view.ts'

/** Runs commands in namespaces of their own, made by util-linux, which nearly every Linux has. */
export const unshareSandbox = sandboxes.register({
  name: 'unshare',
  config: HostSandboxOptions,
  open: (options) => Promise.resolve(hostEngine({
    name: 'unshare',
    enforces: true,
    options,
    launcher,
    advise: (problem) => (problem.includes('ENOENT') ? Promise.resolve('Install util-linux 2.36 or newer.') : adviseNamespaces()),
  })),
})

async function launcher(input: LauncherInput, signal: AbortSignal): Promise<Launcher> {
  const { spec, tools } = input
  const asRoot = process.getuid?.() === 0
  const network = spec.network === 'all' ? [] : ['--net']
  const holder = await hold(input, network, signal)
  return {
    async command() {
      if (!holder.isAlive()) throw new CodeForgeError('sandbox-failed', 'The processes that hold the namespaces of the sandbox are gone.')
      return { ...enter(holder, network, asRoot), descriptors: [{ path: `/proc/${String(holder.inner)}/ns/user`, flags: constants.O_RDONLY }] }
    },
    tree: namespaceTree,
    first: true,
    countsProcesses: kernelCountsProcesses(release(), asRoot),
    environment: { ...tools.environment, PATH: tools.path, HOME: insideHome, TMPDIR: '/tmp', LANG: 'C.UTF-8' },
    [Symbol.asyncDispose]: () => holder[Symbol.asyncDispose](),
  }
}

/**
 * Two user namespaces: in the outer one its root puts the mounts together; the commands live in the inner one, as an ordinary
 * user without capabilities over them.
 */
async function hold({ spec, marker, scratch, tools }: LauncherInput, network: readonly string[], signal: AbortSignal): Promise<NamespaceHolder> {
  const identity = insideIdentity()
  const root = join(scratch.own, 'root')
  const nothing = join(scratch.own, 'nothing')
  await Promise.all([mkdir(root), writeFile(nothing, '', { mode: 0o000 })])
  const script = rootScriptText({
    mounts: viewOf({ spec, scratch, tools: tools.readable, accounts: await writeAccounts(scratch.own, identity) }),
    table: await readMountTable(),
    root,
    nothing,
    loopback: network.length > 0,
    last: innerLine(identity),
  })
  const args = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child=KILL', '--ipc', '--uts', ...network, '--', '/bin/sh', '-c', script]
  return openHolder('unshare', args, { PATH: systemPath, ...markerVariables(marker) }, signal)
}

/**
 * Not by exec: the shell with the mounts stays as the parent. To the kernel, root inside is still root where only the number
 * counts, so it may make no user namespace in which it could mount file systems of the kernel's.
 */
function innerLine({ user, group }: Identity): string {
  const forbid = process.getuid?.() === 0 ? 'echo 0 > /proc/sys/user/max_user_namespaces && ' : ''
  const wait = `${forbid}echo ${readyLine} && read -r end`
  return `unshare --user --map-user=${String(user)} --map-group=${String(group)} --keep-caps -- /bin/sh -c ${quote(wait)} || exit 1`
}

/** Enters the held namespaces, then makes what each command has to itself: processes, and the /proc that shows them. */
function enter(holder: NamespaceHolder, network: readonly string[], asRoot: boolean): { readonly file: string; readonly args: readonly string[] } {
  const inner = ['nsenter', '--user=/proc/self/fd/4', '--preserve-credentials', '--', '/bin/sh', '-c', '. /proc/self/fd/3']
  return {
    file: 'setpriv',
    args: [
      '--no-new-privs', '--',
      'nsenter', `--target=${String(holder.outer)}`, '--user', '--preserve-credentials', '--mount', '--pid', '--ipc', '--uts', ...network, '--',
      'unshare', '--mount', '--pid', '--fork', '--kill-child=KILL', ...(asRoot ? [] : ['--mount-proc']), '--',
      ...(asRoot ? ['/bin/sh', '-c', 'mount -t proc -o ro,nosuid,nodev,noexec proc /proc && exec "$@"', 'sh'] : []),
      ...inner,
    ],
  }
}
