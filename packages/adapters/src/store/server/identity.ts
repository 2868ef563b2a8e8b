import { execFile } from 'node:child_process'
import { lstat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { CodeForgeError } from '@codeforge/contracts/error-code'

const run = promisify(execFile)
const nobody = '65534'

/** What stands before a server program on its command line, so that it may run and dies with us. */
export interface Identity {
  readonly prefix: readonly string[]
  /** Makes a directory and what is in it the server's own. */
  own(directory: string): Promise<void>
}

/** The ways to be somebody whom PostgreSQL accepts: it refuses to run as root. */
export type Disguise = 'none' | 'user-namespace' | 'nobody'

/** The first way that works here. */
export async function chooseDisguise(): Promise<Disguise> {
  if (process.getuid?.() !== 0) return 'none'
  if (await works([...userNamespace, 'true'])) return 'user-namespace'
  if (await works([...asNobody, 'true'])) return 'nobody'
  throw new CodeForgeError('unsupported',
    'PostgreSQL refuses to run as root, and neither user namespaces nor setpriv are usable here. Run CodeForge as an ordinary user, or use the postgres store.')
}

/** Root is user 1000 inside, and what belongs to root outside belongs to that user. */
const userNamespace = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--']

/** Another user who may still pass through root's directories, where data and programs may lie. */
const asNobody = [
  'setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override', '--',
]

const prefixes: Readonly<Record<Disguise, readonly string[]>> = { none: [], 'user-namespace': userNamespace, nobody: asNobody }

/** The identity of a disguise. The kernel interrupts the server when we die, which makes it shut down fast; macOS has no such thing. */
export async function identityOf(disguise: Disguise): Promise<Identity> {
  const deathSignal = ['setpriv', '--pdeathsig', 'INT', '--']
  // Last, because a change of user or namespace clears it.
  const prefix = [...prefixes[disguise], ...(await works([...deathSignal, 'true']) ? deathSignal : [])]
  const owner = disguise === 'nobody' ? Number(nobody) : process.getuid?.()
  return {
    prefix,
    async own(directory) {
      if (process.getuid?.() !== 0 || (await lstat(directory)).uid === owner) return
      await run('chown', ['-R', '-h', `${String(owner)}:${String(owner)}`, directory])
    },
  }
}

async function works([program = '', ...args]: readonly string[]): Promise<boolean> {
  return run(program, args).then(() => true, () => false)
}
