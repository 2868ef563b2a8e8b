import { access } from 'node:fs/promises'
import { sandboxes } from '@codeforge/ports/sandbox'
import { hostEngine } from './shared/engine.ts'
import type { LauncherInput } from './shared/engine.ts'
import type { Launcher } from './shared/host-sandbox.ts'
import { hostTree } from './shared/host-tree.ts'
import { HostSandboxOptions } from './shared/options.ts'

/** Runs commands on the host as it is: nothing is isolated, but nothing of a command survives its end. */
export const mountSandbox = sandboxes.register({
  name: 'mount',
  config: HostSandboxOptions,
  open: (options) => Promise.resolve(hostEngine({
    name: 'mount',
    enforces: false,
    options,
    launcher,
    advise: () => Promise.resolve('Commands cannot be started on this host.'),
  })),
})

async function launcher({ scratch, tools }: LauncherInput): Promise<Launcher> {
  const shell = ['/bin/sh', '-c', '. /proc/self/fd/3']
  // With it the command ends by the kernel's hand when this process dies, and the sweep only has to find its descendants.
  const guard = await access('/usr/bin/setpriv').then(() => ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'], () => [])
  const [file = '/bin/sh', ...args] = [...guard, ...shell]
  return {
    command: () => Promise.resolve({ file, args }),
    tree: hostTree,
    first: false,
    countsProcesses: false,
    environment: { ...tools.environment, PATH: tools.path, HOME: scratch.home, TMPDIR: scratch.temporary, LANG: 'C.UTF-8' },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
